"""How long a test waits: for ever, nearly, so that none fails on a slow machine for that alone."""

SECONDS = 3600
"""After which what is waited for is taken to hang."""
