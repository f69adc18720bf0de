"""Probes. Each gives findings, never prose; :mod:`checks.registry` lists them."""
