"""The screens: Textual. They draw and forward, and decide nothing; the first ones come with the full-screen wizard."""
