"""TLS, certificate and redirects of the site."""
