"""The same bytes from every engine: a corpus of cases, and how its results are compared."""
