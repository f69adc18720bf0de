"""Tests of ``wizard.findings``."""
