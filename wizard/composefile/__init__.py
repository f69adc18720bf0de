"""Docker Compose's files: their merged model, edits of the override, the judgement of a real Docker Compose."""
