"""The macro engine: pure standard library, the same files in every sandbox. Its door is `wire`."""
