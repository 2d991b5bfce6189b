"""The Pelican plugin: posts become plans, plans become pictures, pictures become figures.

Pelican calls `signals`, in the order of a run; `build_state` is the data of a run, `build` its steps.
`posts` reads a post and renders its figures into a `rendered_post`. `cache/` saves posts and styles for
the next build; `pages/` adds pages, feeds and the sitemap; `theme/` has the templates and translations.
"""


def connect() -> None:
    """Connect to Pelican's signals."""
    from . import signals

    signals.connect()
