"""The HTTP server: fronts of APIs, and Lambda's own Invoke API, before functions that run here."""
