"""A probe account for the check ``session``: made and removed through LibreChat's own scripts where the operator agrees."""
