"""The server of a registry: releases are registered, published and looked up over HTTP."""
