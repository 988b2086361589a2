"""The inspector: a page that shows what served functions are given and what comes of it, and sends events again."""

PREFIX = "/_lambdaproof/"
"""Where it is, on the first port."""
