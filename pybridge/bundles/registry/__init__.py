"""Registries of bundles by The Update Framework: nobody can hold back, roll back or mix what was published."""
