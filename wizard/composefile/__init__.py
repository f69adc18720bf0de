"""Docker Compose files: the merged model, edits of the override, and validation by a real Docker Compose."""
