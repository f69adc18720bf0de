"""What every package needs: secrets, plain text, problems, findings, exit statuses, files."""
