"""Answers with their source: read from a file or a draft, and exported again."""
