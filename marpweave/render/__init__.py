"""Woven decks -> files: Marp CLI, browser, fonts, index page."""
