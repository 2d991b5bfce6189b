"""Keys of services that want one: from the environment or a file outside the blog. None is printed."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from ...model.errors import UserError
from ...storage.toml_tables import read_toml
from ..errors import KeyMissing
from ..importers.interface import KeyUse

ENVIRONMENT = "PELICAN_STYLIZE_KEY_"  # and the name of the service: PELICAN_STYLIZE_KEY_EUROPEANA
FILE = "PELICAN_STYLIZE_KEYS"  # another place for the file of keys
HIDDEN = "[key]"  # in answers that repeat a key


class KeyRing:
    """The keys of a person.

    environment: variables. blog: the folder in which no key may lie, since a commit would publish it.
    """

    def __init__(self, environment: Mapping[str, str] = os.environ, *, blog: Path | None = None) -> None:
        self._environment = environment
        self._blog = blog
        self._of_file: Mapping[str, object] | None = None

    def find(self, use: KeyUse) -> str:
        """Return the key of a service, "" if it needs none; else raises KeyMissing, with where to get one.

        Raises UserError for a key that cannot be sent, and for a file of keys in the blog.
        """
        name = variable(use.service)
        key = self._environment.get(name, "").strip() or str(self._read_file().get(use.service, "")).strip()
        if not key.isascii() or not key.isprintable():
            raise UserError(f"the key of {use.service!r} has characters that no key has. Copy it again.")
        if key or use.default or use.optional:
            return key or use.default
        where = f" Get one at {use.get_one_at}, and set" if use.get_one_at else " Set"
        raise KeyMissing(f'it needs a key.{where} {name}, or write {use.service} = "..." into {self.file}')

    @property
    def file(self) -> Path:
        """The file of keys, whether it exists or not."""
        if named := self._environment.get(FILE):
            return Path(named).expanduser()
        base = self._environment.get("XDG_CONFIG_HOME") or Path.home() / ".config"
        return Path(base) / "pelican-stylize" / "keys.toml"

    def _read_file(self) -> Mapping[str, object]:
        if self._of_file is None:
            path = self.file
            if self._blog and path.resolve().is_relative_to(self._blog.resolve()):
                raise UserError(
                    f"{path} lies in the blog, where the next commit publishes them. Move it out, and"
                    f" name its place in {FILE}."
                )
            try:
                self._of_file = read_toml(path, where=str(path))
            except FileNotFoundError:
                self._of_file = {}
        return self._of_file


def variable(service: str) -> str:
    """Return the environment variable of a service's key."""
    return ENVIRONMENT + re.sub(r"\W", "_", service).upper()


def fill_in(url: str, use: KeyUse, key: str) -> tuple[str, dict[str, str]]:
    """Return the address and the headers of a request with its key."""
    value = use.form.format(key)
    if use.header:
        return url, {use.header: value}
    mark = "&" if "?" in url else "?"
    return f"{url}{mark}{use.parameter}={quote(value, safe='')}", {}


def redact(body: bytes, key: str) -> bytes:
    """Return an answer without the key that some services repeat in it."""
    for written in {key, quote(key, safe="")}:
        if len(written) >= 6:
            body = body.replace(written.encode(), HIDDEN.encode())
    return body
