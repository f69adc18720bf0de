"""The fronts that a person uses: full screen (Textual) and line prompts. They draw and forward; the interview decides."""
