"""Probes sent to gateways that have the reference handler behind them: one that runs, or one made for it."""
