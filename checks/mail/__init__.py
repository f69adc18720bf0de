"""Checks of mail: server, sender, Mailgun, delivery."""
