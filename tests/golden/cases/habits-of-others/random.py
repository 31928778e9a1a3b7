raise RuntimeError("a random.py beside the deck shadows the library")
