"""Network access: HTTP requests as a browser sends them, with every limit that a hostile server requires."""
