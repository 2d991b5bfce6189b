"""Distances between pictures: style, content, patches, and how different they look."""
