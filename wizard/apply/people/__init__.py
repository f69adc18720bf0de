"""LibreChat's accounts: list, create, change and unlock them, through its own scripts if there is one."""
