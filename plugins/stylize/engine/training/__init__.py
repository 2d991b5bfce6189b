"""Training of a style on its artwork."""
