"""Converts decks to notebooks and scripts, and back. Pure."""
