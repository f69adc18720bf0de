"""LibreChat on Kubernetes: what answers lead to in the files that helm and kubectl take."""
