"""Runs cells in Jupyter kernels."""
