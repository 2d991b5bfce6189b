"""`python -m pelican.plugins.stylize` is `pelican-stylize`."""

from .cli.main import program

if __name__ == "__main__":
    program.run()
