"""Answers with their source: from a file, from a draft, and exported again."""
