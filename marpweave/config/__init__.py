"""A project as a whole: where it is, its configuration, and which decks it has."""
