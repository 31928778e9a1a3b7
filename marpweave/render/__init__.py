"""Renders woven decks: Marp CLI, browser, fonts, index page."""
