"""Numbers of figures, tables, listings and equations, and references to them. Pure."""
