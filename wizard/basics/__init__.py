"""What every room needs: secrets, plain text, problems, findings, exit statuses, files."""
