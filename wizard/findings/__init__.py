"""The registry of findings: one module a check or subject, one entry an id. Nothing else spells an id.

A module that makes findings imports the module of its check alone; :mod:`wizard.findings.registry` lists them all.
"""
