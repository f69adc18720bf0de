"""Do people stay signed in: sign-in, reload, sign-out."""
