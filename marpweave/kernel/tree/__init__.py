"""Keeps a deck's kernel and snapshots between its cells, so that an edit only reruns the cells after it."""
