"""Readers for published files and pages. They share no code with the writers: Pillow opens the files."""
