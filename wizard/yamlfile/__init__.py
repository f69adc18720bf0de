"""YAML files without loss: comments and layout stay."""
