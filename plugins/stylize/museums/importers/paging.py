"""The next page of a search, for museums that count pages but do not link them."""

from urllib.parse import parse_qsl, urlencode, urlunsplit

from .answer import Answer
from .interface import KeyUse, Request
from .plain_texts import split_address


def turn_page(answer: Answer, parameter: str, *, to: int, key: KeyUse | None = None) -> Request:
    """Return the request that was answered, with another value of the parameter that counts."""
    parts = split_address(answer.url)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != parameter]
    return Request(url=urlunsplit(parts._replace(query=urlencode([*query, (parameter, to)]))), key=key)


def read_parameter(answer: Answer, parameter: str) -> str:
    """Return a parameter of the request that was answered, or ""."""
    return dict(parse_qsl(split_address(answer.url).query)).get(parameter, "")


def read_count(answer: Answer, parameter: str) -> int:
    """Return a number of the request that was answered; 0 if there is none."""
    written = read_parameter(answer, parameter)
    return int(written) if written.isascii() and written.isdecimal() else 0
