"""Kernels of previewed decks, which stay alive between runs."""
