"""Decoding photos and writing published files: everything that knows image file formats."""
