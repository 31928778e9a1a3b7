"""Converts arbitrary notebooks to decks."""
