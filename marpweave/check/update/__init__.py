"""Rewrites drifted outputs in the author's style, under the law of --update."""
