"""Folders of LibreChat's releases, made from tables of facts: names, defaults and structure, in words of our own."""
