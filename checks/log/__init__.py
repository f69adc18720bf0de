"""Explains LibreChat's log: for ``explain``, and with Docker for the doctor."""
