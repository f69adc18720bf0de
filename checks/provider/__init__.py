"""Checks of sign-in providers: would a sign-in work, as far as that can be known before anybody signs in."""
