"""Changes files all at once or not at all, with backups and a journal."""
