"""Processing large pictures in tiles."""
