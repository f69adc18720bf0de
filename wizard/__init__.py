"""The core of the LibreChat auth wizard: settings, answers, plan, files.

It draws nothing and opens no socket; ``checks`` and ``screens`` import it, never the other way round.
"""

__version__ = "0.1.0"
