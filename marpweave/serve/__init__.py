"""Watches decks and shows them in a browser."""
