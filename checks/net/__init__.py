"""Asking over HTTP as a browser would, with every limit that a hostile server calls for."""
