"""The fronts: full screen (Textual), line prompts and command line. They display and forward; the interview decides."""
