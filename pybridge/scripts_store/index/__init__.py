"""The index: what files say, planned into one transaction of a SQLite database."""
