"""Pelican plugin: photos redrawn in the manner of museum artworks, credited to both."""


def register() -> None:
    """Connect to Pelican's signals; called once by Pelican when the plugin is enabled."""
    from . import blog as generator

    generator.connect()
