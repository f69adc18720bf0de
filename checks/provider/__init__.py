"""Sign-in providers: would a sign-in work, as far as that can be known before anybody clicks."""
