"""The macro engine: pure standard library, the same files in every sandbox. Its entry point is `wire`."""
