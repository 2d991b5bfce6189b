"""Finds artifacts of a picture, and scores artworks as styles."""
