"""What commands need to ask museums: who asks, with which keys, and within which budgets."""

import os
import re
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..blog.settings import Settings
from ..model.errors import UserError
from ..model.version import SOFTWARE, installed_version
from ..museums.errors import KeyMissing
from ..museums.http_client.answer_cache import ANSWERS, AnswerCache
from ..museums.http_client.budgets import BudgetKeeper
from ..museums.http_client.keys import KeyRing
from ..museums.http_client.museum_client import MuseumClient
from ..museums.importers.interface import Museum
from ..museums.importers.registry import MUSEUMS
from ..storage.atomic_files import STORE, display_path, explain_refusals, lock, write_whole
from .console import StatusLine

POLL = 0.2  # seconds between two looks whether it is our turn


class MuseumAccess:
    """Makes clients for one command, which share what they may ask for.

    Raises UserError if the site names nobody whom a museum could write to.
    """

    def __init__(self, site: Mapping[str, Any], settings: Settings, *, settings_file: str) -> None:
        kept = settings.store / "museums" / "contact"
        contact = find_contact(site, settings) or _read(kept) or _ask_contact(kept)
        self._agent = make_user_agent(contact, does="imports items") if contact else ""
        if not contact:
            raise UserError(explain_contact(site, settings_file=settings_file))
        self._folder = settings.store / "museums"
        self._keys = KeyRing(blog=Path.cwd())
        budgets = [budget for museum in MUSEUMS for budget in museum.budgets]
        self._budgets = BudgetKeeper(budgets, file=self._folder / "budgets.json")
        self._turn: int | None = None  # the lock that `take_turn` holds

    def make_client(self, *, refresh: bool = False) -> MuseumClient:
        """Return a client; each thread needs one of its own. refresh: ask again for what is on disk."""
        return MuseumClient(
            self._agent, folder=self._folder, keys=self._keys, budgets=self._budgets, refresh=refresh
        )

    def has_key(self, museum: Museum) -> bool:
        """Tell whether a museum can be searched: it needs no key, or there is one."""
        try:
            if museum.key:
                self._keys.find(museum.key)
            return True
        except KeyMissing:
            return False

    def take_turn(self) -> Iterator[StatusLine]:
        """Wait until no other command adds to this blog; yields a line if it has to.

        The turn ends with `close`. Two commands that add the same item would write into the same files.
        """
        with explain_refusals(self._folder, doing="preparing to ask museums", setting=STORE):
            self._folder.mkdir(parents=True, exist_ok=True)
        is_told = False
        while True:
            try:
                self._turn = lock(self._folder)
                return
            except BlockingIOError:
                if not is_told:
                    yield StatusLine(
                        text="Another museum.add is at work in this blog; waiting for it to end."
                    )
                is_told = True
                time.sleep(POLL)

    def close(self) -> None:
        """Save how much was asked for, remove answers not used for a month, and end the turn."""
        self._budgets.save()
        AnswerCache(self._folder / ANSWERS).sweep()
        if self._turn is not None:
            os.close(self._turn)
            self._turn = None


def find_contact(site: Mapping[str, Any], settings: Settings) -> str:
    """Return where a museum may write to: the contact of the settings, or else the site's address; or ""."""
    address = str(site.get("SITEURL") or "")
    return settings.contact or (address if (urlsplit(address).hostname or "").strip(".") else "")


def explain_contact(site: Mapping[str, Any], *, settings_file: str) -> str:
    """Return what to do about a site that says neither."""
    return (
        f"{settings_file}: SITEURL is {str(site.get('SITEURL') or '')!r}, but museums must know which site"
        " asks. Write the address of the blog there, such as https://blog.example, or a mail address into"
        " STYLIZE['contact']."
    )


def make_user_agent(contact: str, *, does: str) -> str:
    """Return the User-Agent header. does: what the program wants there.

    Wikimedia asks for "<client>/<version> (<contact information>)" and refuses others.
    """
    release = "/".join(filter(None, (SOFTWARE, installed_version())))
    return f"{release} (+{contact}; {does})"


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _ask_contact(kept: Path) -> str:
    """Ask the person at a terminal, once; "" if there is nobody, or no answer."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return ""
    answer = input("Museums want to know who asks. Your mail address, or a page about you: ").strip()
    if not re.fullmatch(r"[\x21-\x7e]+[@.][\x21-\x7e]+", answer):
        return ""
    with explain_refusals(kept.parent, doing="keeping your address"):
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_whole(kept, f"{answer}\n")
    print(f"Kept in {display_path(kept)}. In the settings it is STYLIZE['contact'] = {answer!r}.")
    return answer
