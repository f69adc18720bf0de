"""What the interactive fronts share: wording, and the jobs that they start."""
