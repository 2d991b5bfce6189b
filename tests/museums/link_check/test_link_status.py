"""The result of checking a link, for all that servers answer."""

import contextlib
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from hashlib import sha256

import pytest
from pelican.plugins.stylize.museums.http_client.addresses import UnknownHost, Unreachable
from pelican.plugins.stylize.museums.http_client.client import PoliteClient
from pelican.plugins.stylize.museums.http_client.rate_limit import RateLimiter
from pelican.plugins.stylize.museums.http_client.transport import RequestLimits
from pelican.plugins.stylize.museums.link_check.link_status import LinkResult, LinkStatus, check_link

AGENT = "pelican-stylize/0 (+https://blog.example)"
SMALL = RequestLimits(timeout=0.3, download_time=0.5, download_size=1000)


@pytest.fixture
def naps() -> list[float]:
    """How long was waited, in seconds."""
    return []


@pytest.fixture
def client(naps) -> PoliteClient:
    """A client whose naps take no time, and that pauses for no host."""
    return PoliteClient(
        AGENT, limiter=RateLimiter(0.0, clock=lambda: 0.0, sleep=naps.append), limits=SMALL, now=lambda: 0.0
    )


def test_a_page_that_results_is_alive_and_learns_who_asks(museum, client):
    assert check_link(client, museum.page("/item/1")) == LinkResult(verdict=LinkStatus.ALIVE, status=200)
    assert museum.asked == [("HEAD", "/item/1")]
    assert museum.agents == [AGENT]


@pytest.mark.parametrize("status", [403, 404, 405, 500, 501])
def test_what_head_is_refused_is_asked_with_get(museum, client, status):
    url = museum.page("/item/1", head=status)
    assert check_link(client, url).verdict == LinkStatus.ALIVE
    assert museum.asked == [("HEAD", "/item/1"), ("GET", "/item/1")]


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (404, LinkStatus.GONE),
        (410, LinkStatus.GONE),
        (202, LinkStatus.BLOCKED),
        (401, LinkStatus.BLOCKED),
        (403, LinkStatus.BLOCKED),
        (451, LinkStatus.BLOCKED),
        (400, LinkStatus.UNREACHABLE),
        (500, LinkStatus.UNREACHABLE),
        (502, LinkStatus.UNREACHABLE),
        (503, LinkStatus.UNREACHABLE),
        (304, LinkStatus.UNREACHABLE),
    ],
)
def test_every_refusal_has_its_verdict(museum, client, status, verdict):
    result = check_link(client, museum.page("/item/1", status=status))
    assert result == LinkResult(verdict=verdict, status=status, why=f"it answers {status}")


@pytest.mark.parametrize("status", [301, 308])
def test_a_permanent_redirect_tells_the_new_address(museum, client, status):
    new = museum.page("/objects/1")
    result = check_link(client, museum.redirect("/item/1", "/objects/1", status))
    assert result == LinkResult(verdict=LinkStatus.MOVED, status=200, moved_to=new)


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a_temporary_redirect_changes_no_address(museum, client, status):
    museum.page("/today/1")
    result = check_link(client, museum.redirect("/item/1", "/today/1", status))
    assert result == LinkResult(verdict=LinkStatus.ALIVE, status=200)


def test_the_new_address_is_the_last_one_that_is_for_good(museum, client):
    museum.page("/objects/1/en")
    museum.redirect("/object/1", "/objects/1", 308)
    museum.redirect("/objects/1", "/objects/1/en", 302)
    result = check_link(client, museum.redirect("/item/1", "/object/1"))
    assert (result.verdict, result.moved_to) == (LinkStatus.MOVED, f"{museum.address}/objects/1")


def test_what_has_moved_to_nowhere_is_gone(museum, client):
    result = check_link(client, museum.redirect("/item/1", "/objects/1"))
    assert result == LinkResult(verdict=LinkStatus.GONE, status=404, why="it answers 404")


@pytest.mark.parametrize("status", [301, 302])
def test_an_item_that_leads_to_the_home_page_is_gone(museum, client, status):
    front = museum.page("/")
    result = check_link(client, museum.redirect("/item/1", "/", status))
    assert result == LinkResult(
        verdict=LinkStatus.GONE, status=200, why=f"it leads to the home page, {front}"
    )


def test_redirects_in_a_ring_are_left_after_five(museum, client):
    museum.redirect("/b", "/a", 302)
    result = check_link(client, museum.redirect("/a", "/b", 302))
    assert result == LinkResult(verdict=LinkStatus.UNREACHABLE, why="it redirects more than 5 times")
    assert len(museum.asked) == 6


def test_a_redirect_that_names_no_target_is_reported(museum, client):
    result = check_link(client, museum.page("/item/1", status=302))
    assert result.why == "it redirects (302) without saying where"


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("ftp://museum.example/1", "the address begins with ftp:, not with https: or http:"),
        ("file:///etc/passwd", "the address begins with file:, not with https: or http:"),
        ("https:///1", "the address names no host"),
        ("http://[", "it redirects to an address that cannot be read"),
        ("http://museum.example:port/", "the address cannot be read"),
    ],
)
def test_a_redirect_to_what_is_not_on_the_web_is_not_followed(museum, client, target, why):
    result = check_link(client, museum.redirect("/item/1", target))
    assert result == LinkResult(verdict=LinkStatus.UNREACHABLE, why=why)


def test_a_museum_cannot_send_us_to_a_private_address(museum, naps):
    port = museum.address.rpartition(":")[2]
    names = {"museum.example": ["127.0.0.1"], "router.example": ["127.0.0.2"]}
    client = PoliteClient(
        AGENT,
        limiter=RateLimiter(0.0),
        resolve=lambda host, port: names[host],
        is_private=lambda ip: ip == "127.0.0.2",  # what counts as the world lies on this machine
    )
    museum.redirect("/item/1", f"http://router.example:{port}/secrets")
    result = check_link(client, f"http://museum.example:{port}/item/1")
    assert result.verdict == LinkStatus.UNREACHABLE
    assert result.why == "it redirects to a private address, router.example, which is not followed"
    assert museum.asked == [("HEAD", "/item/1")]


def test_a_busy_museum_is_asked_again_after_the_time_it_names(museum, client, naps):
    url = museum.page("/item/1", status=429, headers={"Retry-After": "7"}, times=1)
    assert check_link(client, url).verdict == LinkStatus.ALIVE
    assert naps == [7.0]


def test_a_date_in_retry_after_is_honored_too(museum, client, naps):
    url = museum.page(
        "/item/1", status=503, headers={"Retry-After": "Thu, 01 Jan 1970 00:00:30 GMT"}, times=1
    )
    assert check_link(client, url).verdict == LinkStatus.ALIVE
    assert naps == [30.0]


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "3600"}, {"Retry-After": "soon"}])
def test_a_museum_that_asks_for_more_than_a_minute_is_left_alone(museum, client, naps, headers):
    first = check_link(client, museum.page("/item/1", status=429, headers=headers))
    second = check_link(client, museum.page("/item/2"))
    assert first == LinkResult(verdict=LinkStatus.BLOCKED, status=429, why="it answers 429")
    assert second == LinkResult(
        verdict=LinkStatus.BLOCKED, why="not asked: 127.0.0.1 wants to be left alone for now", asked=False
    )
    assert museum.asked == [("HEAD", "/item/1")]
    assert naps == []


def test_a_museum_that_stays_busy_is_left_alone_after_two_times(museum, client, naps):
    url = museum.page("/item/1", status=503, headers={"Retry-After": "5"})
    assert check_link(client, url).verdict == LinkStatus.UNREACHABLE
    assert not check_link(client, url).asked
    assert len(museum.asked) == 2


def test_a_museum_that_is_too_slow_is_unreachable(museum, client):
    result = check_link(client, museum.page("/item/1", after=0.6))
    assert result == LinkResult(verdict=LinkStatus.UNREACHABLE, why="no answer within 0.3 seconds")


def test_a_museum_that_is_closed_is_unreachable(client):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    result = check_link(client, f"http://127.0.0.1:{port}/")
    assert result == LinkResult(
        verdict=LinkStatus.UNREACHABLE, why="the connection failed (Connection refused)"
    )


def no_such_name(host: str, port: int) -> list[str]:
    if host == "example.com":
        return ["93.184.215.14"]
    raise UnknownHost(f"there is no host {host}")


def offline(host: str, port: int) -> list[str]:
    raise UnknownHost(f"there is no host {host}")


def broken(host: str, port: int) -> list[str]:
    raise Unreachable(f"the name {host} could not be looked up (try again)")


def test_a_host_without_a_name_is_gone_unless_no_name_is_found_at_all():
    url = "https://museum.example/item/1"
    assert check_link(PoliteClient(AGENT, resolve=no_such_name), url) == LinkResult(
        verdict=LinkStatus.GONE, why="there is no host museum.example"
    )
    assert check_link(PoliteClient(AGENT, resolve=offline), url) == LinkResult(
        verdict=LinkStatus.UNREACHABLE,
        why="no name can be looked up; this computer seems offline",
        asked=False,
    )
    assert check_link(PoliteClient(AGENT, resolve=broken), url) == LinkResult(
        verdict=LinkStatus.UNREACHABLE, why="the name museum.example could not be looked up (try again)"
    )


def test_what_speaks_no_http_is_unreachable(client):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def mumble() -> None:
            peer, _ = server.accept()
            with peer:
                peer.recv(1000)
                peer.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")

        thread = threading.Thread(target=mumble)
        thread.start()
        result = check_link(client, f"http://127.0.0.1:{server.getsockname()[1]}/")
        thread.join()
    assert result == LinkResult(verdict=LinkStatus.UNREACHABLE, why="the answer is not valid HTTP")


@pytest.fixture
def secure_address(tmp_path) -> Iterator[str]:
    """A museum on this machine with a certificate that it made itself, in `tmp_path/museum.pem`."""
    if not shutil.which("openssl"):
        pytest.skip("openssl makes the certificate")
    pem = tmp_path / "museum.pem"
    words = (
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    )
    subprocess.run(
        ["openssl", *words.split(), "-keyout", pem, "-out", tmp_path / "one.pem"],
        check=True,
        capture_output=True,
    )
    pem.write_text(pem.read_text() + (tmp_path / "one.pem").read_text())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)

    def result() -> None:
        with contextlib.suppress(OSError):
            peer, _ = server.accept()
            with context.wrap_socket(peer, server_side=True) as safe:
                safe.recv(1000)
                safe.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        thread = threading.Thread(target=result)
        thread.start()
        yield f"https://localhost:{server.getsockname()[1]}/item/1"
        thread.join()


def here(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


def test_a_certificate_that_nobody_vouches_for_is_reported(secure_address):
    result = check_link(PoliteClient(AGENT, resolve=here), secure_address)
    assert result.verdict == LinkStatus.UNREACHABLE
    assert result.why.startswith("its certificate is not valid: self")  # the rest is OpenSSL's


def test_a_museum_with_a_trusted_certificate_is_asked_by_its_name(secure_address, tmp_path, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "one.pem"))
    assert check_link(PoliteClient(AGENT, resolve=here), secure_address).verdict == LinkStatus.ALIVE


def test_a_file_that_is_fetched_whole_gets_its_digest(museum, client):
    url = museum.page("/1.jpg", body=b"pixels", headers={"Content-Type": "image/jpeg"})
    result = check_link(client, url, image=True, download=True)
    assert result == LinkResult(
        verdict=LinkStatus.ALIVE, status=200, sha256=sha256(b"pixels").hexdigest(), size=6
    )
    assert museum.asked == [("GET", "/1.jpg")]


@pytest.mark.parametrize("announced", [None, 100_000_000])
def test_a_file_that_is_too_large_is_alive_without_a_digest(museum, client, announced):
    url = museum.page("/1.tif", body=b"x" * 300_000, announced=announced)
    assert check_link(client, url, image=True, download=True) == LinkResult(
        verdict=LinkStatus.ALIVE, status=200
    )


def test_a_file_that_breaks_off_has_no_digest(museum, client):
    url = museum.page("/1.jpg", body=b"pix", announced=6)
    result = check_link(client, url, image=True, download=True)
    assert result == LinkResult(verdict=LinkStatus.UNREACHABLE, why="the file broke off after 3 of 6 bytes")


def test_a_file_that_drips_in_too_slowly_is_given_up(museum, client):
    url = museum.page("/1.jpg", body=b"x" * 100, drip=0.1)
    result = check_link(client, url, image=True, download=True)
    assert result == LinkResult(
        verdict=LinkStatus.UNREACHABLE, why="the file did not come within 0.5 seconds"
    )


def test_a_page_in_the_place_of_an_image_is_for_a_person_to_look_at(museum, client):
    url = museum.page("/1.jpg", headers={"Content-Type": "text/html; charset=utf-8"})
    assert check_link(client, url, image=True, download=True) == LinkResult(
        verdict=LinkStatus.BLOCKED, status=200, why="it answers with a page, not with an image"
    )
    assert check_link(client, url).verdict == LinkStatus.ALIVE
