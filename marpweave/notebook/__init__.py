"""Decks as notebooks and scripts, and back. Pure."""
