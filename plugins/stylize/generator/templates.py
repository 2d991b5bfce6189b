"""The plugin's own templates, for Jinja; compiled once and kept, since that takes longer than using them.

A theme's templates are left to Jinja: what they come to may depend on filters of the site's own.
"""

import importlib.util
import marshal
import os
from collections.abc import MutableMapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from types import CodeType
from typing import Any

import jinja2
from jinja2 import Environment, FileSystemLoader, Template
from jinja2.filters import FILTERS

TEMPLATES = Path(__file__).parent.parent / "templates"

# What an environment may have of its own and Jinja's compiler listens to.
_OPTIONS = (
    *("block_start_string", "block_end_string", "variable_start_string", "variable_end_string"),
    *("comment_start_string", "comment_end_string", "line_statement_prefix", "line_comment_prefix"),
    *("trim_blocks", "lstrip_blocks", "newline_sequence", "keep_trailing_newline"),
    *("optimized", "autoescape", "is_async", "sandboxed"),
)
_DIGEST = 32  # bytes of a sha256


class OwnTemplates(FileSystemLoader):
    """Finds the plugin's templates; `kept` is the folder for what they were compiled to."""

    def __init__(self, kept: Path) -> None:
        super().__init__(TEMPLATES)
        self._kept = kept

    def load(
        self, environment: Environment, name: str, globals: MutableMapping[str, Any] | None = None
    ) -> Template:
        """Return a template, compiled in an earlier build or now."""
        source, path, uptodate = self.get_source(environment, name)
        code = self._code(source, name, path, environment=environment)
        return environment.template_class.from_code(
            environment, code, {} if globals is None else globals, uptodate
        )

    def _code(self, source: str, name: str, path: str, *, environment: Environment) -> CodeType:
        own = any(environment.filters.get(n) is not filter for n, filter in FILTERS.items())
        if own or environment.extensions or environment.finalize or callable(environment.autoescape):
            return environment.compile(source, name, path)
        options = [getattr(environment, option) for option in _OPTIONS]
        facts = (jinja2.__version__, importlib.util.MAGIC_NUMBER, options, name, path, source)
        key = sha256(repr(facts).encode()).digest()
        file = self._kept / f"{name.replace('/', '-')}.code"
        with suppress(OSError, ValueError, EOFError, TypeError):
            data = file.read_bytes()
            body = data[2 * _DIGEST :]
            if data[: 2 * _DIGEST] == key + sha256(body).digest():  # marshal itself checks nothing
                code = marshal.loads(body)
                assert isinstance(code, CodeType)
                return code
        code = environment.compile(source, name, path)
        body = marshal.dumps(code)
        coming = file.with_name(f"{file.name}.{os.getpid()}")
        with suppress(OSError):  # the next build compiles it again
            file.parent.mkdir(parents=True, exist_ok=True)
            coming.write_bytes(key + sha256(body).digest() + body)
            coming.replace(file)
        return code
