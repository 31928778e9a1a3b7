"""Marp slide decks whose Python really ran."""
