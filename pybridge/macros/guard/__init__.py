"""Keep one script from changing what the next one puts out."""
