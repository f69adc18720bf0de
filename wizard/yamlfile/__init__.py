"""YAML files, lossless: comments and layout are kept."""
