"""Keeps the compiled templates of the plugin's own pages, which take longer to compile than to fill in.

Templates of themes are compiled in each build: they may use filters of the site, whose results on constants
become part of what is compiled.
"""

from hashlib import sha256
from pathlib import Path

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket

from ...storage.atomic_files import write_whole

TEMPLATES = Path(__file__).parents[1] / "theme" / "templates"
DIGEST = 32  # bytes at the beginning of a file: the sha256 of the rest


class TemplateCache(BytecodeCache):
    """Compiled templates in a folder; jinja2 checks that they belong to the template's text and to itself.

    Those of TEMPLATES are kept. environment: how they are compiled.
    """

    def __init__(self, folder: Path, *, environment: Environment) -> None:
        self._folder = folder
        self._options = repr(
            (
                environment.trim_blocks,
                environment.lstrip_blocks,
                environment.newline_sequence,
                environment.keep_trailing_newline,
                environment.autoescape,
                environment.block_start_string,
                environment.variable_start_string,
                environment.comment_start_string,
                environment.line_statement_prefix,
                environment.line_comment_prefix,
                environment.undefined.__qualname__,
                environment.finalize is None,
                environment.is_async,
                sorted(environment.extensions),
            )
        )

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Return the name of a template's file; "" for a template that is not kept."""
        if not filename or not Path(filename).is_relative_to(TEMPLATES):
            return ""
        return sha256(f"{name}|{self._options}".encode()).hexdigest()[:32]

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load a template that was compiled before; a damaged one is compiled again."""
        if not bucket.key:
            return
        try:
            data = (self._folder / bucket.key).read_bytes()
            if sha256(data[DIGEST:]).digest() == data[:DIGEST]:
                bucket.bytecode_from_string(data[DIGEST:])
        except (OSError, EOFError, ValueError, TypeError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template; a disk that refuses it has it compiled again."""
        if bucket.key:
            data = bucket.bytecode_to_string()
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                write_whole(self._folder / bucket.key, sha256(data).digest() + data)
            except OSError:
                pass
