"""Replies of a worker, compared with the request before they are believed."""
