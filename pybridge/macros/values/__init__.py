"""Values that cross the border: JSON text, shapes, limits, results, problems."""
