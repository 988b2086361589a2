"""Verdicts as text for people and as files for tools: JSON, JUnit, SARIF, annotations, HTML. Nothing here prints."""
