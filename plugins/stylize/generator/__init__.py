"""Where Pelican calls us: posts become plans, plans become pictures, pictures become figures.

`hooks` answers Pelican's signals, in the order of a run; `posts` reads one post and writes its
figures; `figures` draws one figure; `style_pages` writes /styles/; `progress` tells how far it is.
"""


def connect() -> None:
    """Connect to Pelican's signals."""
    from . import hooks

    hooks.connect()
