"""Writing the generated files of the repository: validators, types, clients and pages of docs/."""
