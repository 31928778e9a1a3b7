"""Numbers of figures, tables, listings and equations, and what refers to them in prose. Pure."""
