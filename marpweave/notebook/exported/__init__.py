"""Notebooks to hand out: what the slides show, for machines without marpweave."""
