"""Turns a snapshot and answers into a plan of edits; pure."""
