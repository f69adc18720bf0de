"""A browser's cookies and origins."""
