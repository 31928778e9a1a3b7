"""A deck as its audiences get it: with solutions, or with blanks. Pure."""
