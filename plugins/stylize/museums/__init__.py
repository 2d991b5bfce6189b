"""Whether the sources of photos and artworks are still where their records say. No build asks."""
