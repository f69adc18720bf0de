"""The catalogue: every variable that LibreChat's authentication reads, declared once."""
