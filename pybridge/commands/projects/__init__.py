"""A project as a whole: init, build, doctor, info."""
