"""What commands need to ask museums: who asks, with which keys, and within which budgets."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..blog.settings import Settings
from ..model.errors import UserError
from ..model.version import SOFTWARE, installed_version
from ..museums.errors import KeyMissing
from ..museums.http_client.budgets import BudgetKeeper
from ..museums.http_client.keys import KeyRing
from ..museums.http_client.museum_client import MuseumClient
from ..museums.importers.interface import Museum
from ..museums.importers.registry import MUSEUMS


class MuseumAccess:
    """Makes clients for one command, which share what they may ask for.

    Raises UserError if the site names nobody whom a museum could write to.
    """

    def __init__(self, site: Mapping[str, Any], settings: Settings, *, settings_file: str) -> None:
        self._agent = make_user_agent(site, settings, settings_file=settings_file, does="imports items")
        self._folder = settings.store / "museums"
        self._keys = KeyRing(blog=Path.cwd())
        budgets = [budget for museum in MUSEUMS for budget in museum.budgets]
        self._budgets = BudgetKeeper(budgets, file=self._folder / "budgets.json")

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

    def close(self) -> None:
        """Save how much was asked for."""
        self._budgets.save()


def make_user_agent(site: Mapping[str, Any], settings: Settings, *, settings_file: str, does: str) -> str:
    """Return the User-Agent header; raises UserError if the site says neither contact nor address.

    Wikimedia asks for "<client>/<version> (<contact information>)" and refuses others. does: what the program
    wants there.
    """
    contact = settings.contact or str(site.get("SITEURL") or "")
    if not settings.contact and not (urlsplit(contact).hostname or "").strip("."):
        raise UserError(
            f"{settings_file}: SITEURL is {contact!r}, but museums must know which site asks. Write the"
            " address of the blog there, such as https://blog.example, or a mail address into"
            " STYLIZE['contact']."
        )
    release = "/".join(filter(None, (SOFTWARE, installed_version())))
    return f"{release} (+{contact}; {does})"
