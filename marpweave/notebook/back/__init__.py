"""Notebooks of anybody -> decks."""
