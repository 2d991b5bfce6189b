"""What can go wrong with a museum, each kind told apart; the text of each says what, in a sentence."""


class MuseumError(Exception):
    """A museum's answer cannot be used."""


class NoSuchItem(MuseumError):
    """The museum has no such item (404, 410), or says so in words."""


class Refused(MuseumError):
    """The museum answers programs with 403 or 401."""


class BotChallenge(Refused):
    """A page that wants to know whether a person asks."""


class RateLimited(MuseumError):
    """The museum wants no more requests for now (429, or a wait too long)."""


class KeyMissing(MuseumError):
    """The service needs a key, and there is none."""


class KeyRefused(MuseumError):
    """The service does not accept the key."""


class MuseumBroken(MuseumError):
    """The museum fails on its side (500 and above), or cannot be reached."""


class UnexpectedAnswer(MuseumError):
    """The answer is not what the service promises: HTML in the place of JSON, truncated, too large."""


class ChangedShape(UnexpectedAnswer):
    """The answer is JSON, but a field is missing or of another type; the text names the field."""


class SeveralItems(MuseumError):
    """The address names a collection of items; the text lists them."""
