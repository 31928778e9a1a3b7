"""Marp slide decks whose Python code is executed and checked."""
