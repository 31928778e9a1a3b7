"""What a deck cites: the sources, where it cites them, and how that stands on its slides. Pure."""
