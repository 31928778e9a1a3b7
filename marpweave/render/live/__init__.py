"""Slides for a page that shows a deck while it is written."""
