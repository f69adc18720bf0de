"""What LibreChat's log tells: for ``explain``, and for the doctor where Docker is there."""
