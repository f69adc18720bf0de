"""What LibreChat does, as pure functions; each rule names LibreChat's file and release."""
