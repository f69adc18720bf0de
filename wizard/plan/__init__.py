"""Snapshot and answers to a plan of edits; pure."""
