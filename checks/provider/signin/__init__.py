"""One real sign-in by a person with a browser, evaluated as LibreChat would. Nothing is stored."""
