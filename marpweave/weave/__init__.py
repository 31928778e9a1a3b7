"""Weaves outcomes into a deck: the Markdown, images and figures of its slides."""
