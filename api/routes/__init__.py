"""The HTTP routes: each reads a request, asks the service, and writes the answer."""
