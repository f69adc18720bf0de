"""What the fronts for a person share: words, and what they start."""
