"""Option names that messages of the core quote. Imports nothing, so that ``--help`` starts at once."""

CONFIRM = "--accept-foreign-files"
"""The option by which a person confirms links that lead out of the folder, and files of strangers."""
INSECURE_LOGIN = "--allow-insecure-login"
"""The option by which a person says that passwords may go to an unverified mail server, and to LibreChat over plain HTTP."""
REMOTE_DOCKER = "--remote-docker"
"""The option by which a person says that a Docker engine on another machine is meant."""
