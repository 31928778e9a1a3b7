"""Statistics of decks: length, and share of proven outputs."""
