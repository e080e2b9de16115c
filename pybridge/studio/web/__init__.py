"""The studio's web server: the service and the page, for one browser on this machine."""
