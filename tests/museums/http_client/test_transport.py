"""What is sent to a host, and to which of its addresses."""

import pytest
from fixtures.program import run_python
from pelican.plugins.stylize.museums.http_client.addresses import Unreachable
from pelican.plugins.stylize.museums.http_client.client import PoliteClient
from pelican.plugins.stylize.museums.http_client.rate_limit import RateLimiter

AGENT = "pelican-stylize/0 (+https://blog.example)"


@pytest.fixture
def port(museum) -> str:
    return museum.address.rpartition(":")[2]


def test_addresses_are_quoted_as_browsers_do(museum):
    PoliteClient(AGENT).fetch(f"{museum.address}/File:Pétra_(1)%20a b.jpg?q=é&r=%2F#part")
    assert museum.asked[0] == ("HEAD", "/File:P%C3%A9tra_(1)%20a%20b.jpg?q=%C3%A9&r=%2F")


def test_the_host_is_asked_by_its_name(museum, port):
    museum.page("/item/1")
    names = []

    def resolve(host: str, port: int) -> list[str]:
        names.append(host)
        return ["127.0.0.1"]

    PoliteClient(AGENT, resolve=resolve).fetch(f"http://Müseum.example:{port}/item/1")
    assert names == ["xn--mseum-kva.example"]
    assert museum.hosts == [f"xn--mseum-kva.example:{port}"]


def test_dns_cannot_change_its_answer_after_the_check(museum, port):
    """A host that names a public address first and a private one from then on."""
    answers = iter([["127.0.0.1"], ["127.0.0.2"], ["127.0.0.2"]])
    client = PoliteClient(
        AGENT,
        limiter=RateLimiter(0.0),
        resolve=lambda host, port: next(answers),
        is_private=lambda ip: ip == "127.0.0.2",  # 127.0.0.1 stands for the internet
    )
    museum.redirect("/item/1", f"http://rebound.example:{port}/secrets")
    with pytest.raises(Unreachable, match=r"private address, rebound\.example, which is not followed"):
        client.fetch(f"http://rebound.example:{port}/item/1")
    assert museum.asked == [("HEAD", "/item/1")]


def test_one_private_address_among_public_ones_is_refused(museum, port):
    names = {"museum.example": ["127.0.0.1"], "mixed.example": ["127.0.0.1", "127.0.0.2"]}
    client = PoliteClient(
        AGENT,
        limiter=RateLimiter(0.0),
        resolve=lambda host, port: names[host],
        is_private=lambda ip: ip == "127.0.0.2",
    )
    museum.redirect("/item/1", f"http://mixed.example:{port}/")
    with pytest.raises(Unreachable, match=r"private address, mixed\.example"):
        client.fetch(f"http://museum.example:{port}/item/1")


def test_a_second_address_is_tried_where_the_first_is_closed(museum, port):
    museum.page("/item/1")
    client = PoliteClient(AGENT, resolve=lambda host, port: ["127.0.0.9", "127.0.0.1"])
    assert client.fetch(f"http://museum.example:{port}/item/1").response.status == 200


def test_no_cookie_goes_back_to_a_museum(museum):
    museum.page("/item/1", headers={"Set-Cookie": "visitor=1"})
    client = PoliteClient(AGENT, limiter=RateLimiter(0.0))
    for _ in range(2):
        client.fetch(f"{museum.address}/item/1")
    assert museum.cookies == [None, None]


def test_a_proxy_in_the_environment_is_not_used(museum, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert PoliteClient(AGENT).fetch(museum.page("/item/1")).response.status == 200


def test_without_httpx2_one_line_says_what_to_install():
    program = (
        "sys.modules['httpx2'] = None\n"
        "from pelican.plugins.stylize.cli import links\n"
        "from pelican.plugins.stylize.museums.http_client.client import PoliteClient\n"
        "from pelican.plugins.stylize.model.errors import UserError\n"
        "try: PoliteClient('x')\n"
        "except UserError as error: print(error)"
    )
    message = run_python(program)
    assert message == "asking museums needs httpx2. Install it: pip install 'pelican-stylize[museums]'"
