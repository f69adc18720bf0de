"""Checks: probes that yield findings, never text for a terminal. :mod:`checks.registry` lists them."""
