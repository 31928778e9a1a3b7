"""Executed notebooks to hand out, which need no marpweave."""
