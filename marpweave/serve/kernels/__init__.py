"""Kernels that stay while decks are previewed."""
