"""Text -> Deck. Pure."""
