"""The options of cells: on fences, in ``#|`` lines and in the front matter."""
