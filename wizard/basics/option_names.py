"""Names of options that messages of the core quote. Imports nothing, so that the command line's help is there at once."""

CONFIRM = "--accept-foreign-files"
"""The option by which a person confirms links that lead out of the folder, and files of strangers."""
