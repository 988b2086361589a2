"""Verdicts as text for people and as JSON for tools. Nothing here prints."""
