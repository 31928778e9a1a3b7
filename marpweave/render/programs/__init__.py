"""The programs that rendering needs, and where they and what they need stand."""
