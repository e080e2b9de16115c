"""Bills of materials in CycloneDX 1.6: what a wheel requires, what a built folder contains."""
