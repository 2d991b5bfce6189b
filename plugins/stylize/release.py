"""Which release of the plugin this is."""

SOFTWARE = "pelican-stylize"


def installed_version() -> str:
    """Return the version that is installed; "" where the plugin only lies in the folder of a blog."""
    from importlib import metadata  # most builds need not load it

    try:
        return metadata.version(SOFTWARE)
    except metadata.PackageNotFoundError:
        return ""
