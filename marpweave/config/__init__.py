"""Finds a project, its configuration and its decks."""
