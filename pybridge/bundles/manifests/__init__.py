"""The two manifests: plugin.json with plugin.sig, and the manifest.json of a runtime."""
