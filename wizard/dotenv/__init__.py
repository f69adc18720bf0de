"""``.env`` files, lossless: the document, and how each of its readers interprets it."""
