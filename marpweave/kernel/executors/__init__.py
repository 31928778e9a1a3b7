"""Runs decks outside of this process: in worker processes or on a Dask cluster."""
