"""LibreChat on Kubernetes: the files for helm and kubectl that follow from the answers."""
