"""LibreChat's accounts: listed, made, changed and let in again, through its own scripts where there is one."""
