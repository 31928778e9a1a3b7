"""One cell: its header, compilation and results."""
