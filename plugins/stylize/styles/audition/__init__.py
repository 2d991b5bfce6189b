"""Auditions: what artworks would do to photos, before anything is spent on them."""
