"""The registry of findings: one module per check or subject, one entry per id. No other module spells an id.

A module that makes findings imports the module of its check alone; :mod:`wizard.findings.registry` lists them all.
"""
