"""What the folder contains, and which of it is effective."""
