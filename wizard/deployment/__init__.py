"""What stands in the folder, and what counts of it."""
