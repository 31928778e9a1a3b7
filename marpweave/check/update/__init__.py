"""Rewrites drifted outputs in the author's manner, within the law of --update."""
