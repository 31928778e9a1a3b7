"""Deck and outcomes -> the Markdown, pictures and figures that a slide is made of."""
