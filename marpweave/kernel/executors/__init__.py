"""Run decks elsewhere than in this process: in processes of their own, on a Dask cluster."""
