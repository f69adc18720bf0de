"""Would LibreChat's own mail be accepted by the mail server, and if not, why."""
