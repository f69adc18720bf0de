"""One real sign-in that a person makes with a browser, judged as LibreChat judges it. Nothing of it is stored."""
