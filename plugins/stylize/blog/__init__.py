"""Where Pelican calls us: posts become plans, plans become pictures, pictures become figures.

`hooks` answers Pelican's signals, in the order of a `run`; `posts` reads one post and draws its
`figures`; `drawn` is what it came to and puts it into place; `memory` keeps that for the next build,
as long as the `fingerprint` is the same, and `shelf` the styles; `style_pages` writes /styles/;
`progress` tells how far it is.
"""


def connect() -> None:
    """Connect to Pelican's signals."""
    from . import signals as hooks

    hooks.connect()
