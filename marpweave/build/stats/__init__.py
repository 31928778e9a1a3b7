"""How long decks are, and what of them is proven."""
