"""What stands between pages and decks: who may come in, and what they are told and given."""
