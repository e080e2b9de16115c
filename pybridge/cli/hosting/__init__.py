"""Commands that serve a host program or a browser until they are ended."""
