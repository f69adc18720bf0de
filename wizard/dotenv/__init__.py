"""``.env`` without loss: the document, and how each of its readers reads it."""
