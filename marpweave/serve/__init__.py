"""Previews decks in a browser, and rebuilds them when files change."""
