"""Checks whether people stay signed in: sign-in, reload, sign-out."""
