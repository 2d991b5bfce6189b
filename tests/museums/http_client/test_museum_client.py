"""The client asks a museum on this computer, through real sockets."""

import gzip
import hashlib
import json
from pathlib import Path

import pytest
from fixtures.http_server import Museum
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.museums import errors
from pelican.plugins.stylize.museums.http_client import museum_client
from pelican.plugins.stylize.museums.http_client.budgets import BudgetKeeper
from pelican.plugins.stylize.museums.http_client.keys import KeyRing
from pelican.plugins.stylize.museums.http_client.museum_client import MuseumClient
from pelican.plugins.stylize.museums.importers.interface import Budget, KeyUse, Request

JSON = {"Content-Type": "application/json"}
KEY = KeyUse(service="europeana", parameter="wskey", get_one_at="https://pro.europeana.example/key")


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PELICAN_STYLIZE_ALLOW_LOOPBACK", "1")


def client(folder: Path, **more: object) -> MuseumClient:
    settings = {"keys": KeyRing({}), "budgets": BudgetKeeper([]), "interval": 0.0, "wait": 0.001, **more}
    return MuseumClient("tests/1 (+https://blog.example)", folder=folder / "museums", **settings)


def test_an_answer_is_asked_for_once_and_then_only_if_it_has_changed(museum: Museum, tmp_path):
    url = museum.page("/object/1", body=b'{"title": "A"}', headers=JSON, etag='"1"')
    assert client(tmp_path).ask(Request(url=url)).json().text("title") == "A"
    assert client(tmp_path).ask(Request(url=url)).json().text("title") == "A"
    assert len(museum.asked) == 1
    assert client(tmp_path, refresh=True).ask(Request(url=url)).json().text("title") == "A"
    assert museum.headers[-1]["If-None-Match"] == '"1"'
    museum.page("/object/1", body=b'{"title": "B"}', headers=JSON, etag='"2"')
    assert client(tmp_path, refresh=True).ask(Request(url=url)).json().text("title") == "B"


@pytest.mark.parametrize(
    ("facts", "kind", "message"),
    [
        ({"status": 404}, errors.NoSuchItem, "it has nothing at this address (404)"),
        (
            {"status": 403},
            errors.Refused,
            "it refuses programs (403). Open it in a browser, save the page and the picture, and add them with --page and --image",
        ),
        (
            {
                "status": 403,
                "body": b"<html>Just a moment...</html>",
                "headers": {"Content-Type": "text/html"},
            },
            errors.BotChallenge,
            "it asks for proof that a person asks, which no program gives. Open it in a browser, save the page and the picture, and add them with --page and --image",
        ),
        (
            {"body": b"<!DOCTYPE html><p>Welcome", "headers": {"Content-Type": "text/html"}},
            errors.UnexpectedAnswer,
            "it answers with a web page, where application/json is promised",
        ),
        (
            {"status": 429, "headers": {"Retry-After": "300"}},
            errors.RateLimited,
            "it wants no more requests for now (429); it says: again after 300 seconds",
        ),
        ({"status": 503}, errors.MuseumBroken, "it fails on its side (503). Try again later"),
        (
            {"status": 500},
            errors.MuseumBroken,
            "it fails on its side (500), also at the third attempt. Try again later",
        ),
        ({"body": b""}, errors.UnexpectedAnswer, "its answer is empty"),
        (
            {"announced": 10**10},
            errors.UnexpectedAnswer,
            "the answer has 10,000,000,000 bytes, more than 30,000,000",
        ),
        (
            {"body": gzip.compress(bytes(40_000_000)), "headers": {"Content-Encoding": "gzip"}},
            errors.UnexpectedAnswer,
            "the answer has more than 30,000,000 bytes",
        ),
        (
            {"body": b"no gzip", "headers": {"Content-Encoding": "gzip"}},
            errors.UnexpectedAnswer,
            "the answer is damaged: its compression cannot be undone",
        ),
    ],
)
def test_each_failure_is_told_apart(museum: Museum, tmp_path, facts, kind, message):
    with pytest.raises(errors.MuseumError) as raised:
        client(tmp_path).ask(Request(url=museum.page("/object/1", **facts)))
    assert (type(raised.value), str(raised.value)) == (kind, message)
    with pytest.raises(errors.MuseumError):  # and nothing is remembered
        client(tmp_path).ask(Request(url=f"{museum.address}/object/1"))


def test_a_failure_that_passes_is_asked_again(museum: Museum, tmp_path):
    url = museum.page("/object/1", status=502, times=2, body=b"{}", headers=JSON)
    assert client(tmp_path).ask(Request(url=url)).json().value == {}
    assert len(museum.asked) == 3


def test_truncated_json_and_other_texts(museum: Museum, tmp_path):
    url = museum.page("/object/1", body=b'{"title": "The Har', headers=JSON)
    with pytest.raises(
        errors.UnexpectedAnswer, match="the answer breaks off after 18 bytes, in the middle of its JSON"
    ):
        client(tmp_path).ask(Request(url=url)).json()


def test_a_key_is_filled_in_and_never_kept(museum: Museum, tmp_path):
    url = museum.page("/item.json?q=a")
    museum.page("/item.json?q=a&wskey=secret12", body=b'{"apikey": "secret12", "title": "A"}', headers=JSON)
    keys = KeyRing({"PELICAN_STYLIZE_KEY_EUROPEANA": "secret12"})
    answer = client(tmp_path, keys=keys).ask(Request(url=url, key=KEY))
    assert (answer.url, answer.json().text("apikey")) == (url, "[key]")
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert written and b"secret12" not in written


def test_a_missing_key_says_where_to_get_one(tmp_path):
    keys = KeyRing({"PELICAN_STYLIZE_KEYS": str(tmp_path / "keys.toml")})
    with pytest.raises(errors.KeyMissing) as raised:
        client(tmp_path, keys=keys).ask(Request(url="https://api.example/", key=KEY))
    assert str(raised.value) == (
        "it needs a key. Get one at https://pro.europeana.example/key, and set PELICAN_STYLIZE_KEY_EUROPEANA,"
        f' or write europeana = "..." into {tmp_path / "keys.toml"}'
    )
    (tmp_path / "keys.toml").write_text('europeana = "from a file"\n')
    assert KeyRing({"PELICAN_STYLIZE_KEYS": str(tmp_path / "keys.toml")}).find(KEY) == "from a file"
    with pytest.raises(UserError, match="lies in the blog, where the next commit publishes them"):
        KeyRing({"PELICAN_STYLIZE_KEYS": str(tmp_path / "keys.toml")}, blog=tmp_path).find(KEY)


def test_a_service_that_needs_no_key_is_asked_without_one(museum: Museum, tmp_path):
    keys = KeyRing({"PELICAN_STYLIZE_KEYS": str(tmp_path / "keys.toml")})
    url = museum.page("/item.json", body=b"{}", headers=JSON)
    use = KeyUse(service="openverse", header="Authorization", form="Bearer {}", optional=True)
    assert client(tmp_path, keys=keys).ask(Request(url=url, key=use)).json().value == {}


def test_a_key_that_is_refused(museum: Museum, tmp_path):
    url = museum.page("/item.json")
    museum.page("/item.json?wskey=expired1", status=401, body=b'{"error": "Invalid API key: expired1"}')
    keys = KeyRing({"PELICAN_STYLIZE_KEY_EUROPEANA": "expired1"})
    with pytest.raises(errors.KeyRefused) as raised:
        client(tmp_path, keys=keys).ask(Request(url=url, key=KEY))
    assert str(raised.value) == (
        "it does not accept the key of 'europeana'. Get another at https://pro.europeana.example/key"
    )


def test_a_download_that_breaks_off_goes_on_where_it_was(museum: Museum, tmp_path):
    data = bytes(range(256)) * 400
    url = museum.page(
        "/full.jpg", body=data, etag='"1"', breaks=30_000, headers={"Content-Type": "image/jpeg"}
    )
    sizes = []
    found = client(tmp_path).download(
        url, tmp_path / "full.jpg", progress=lambda done, total: sizes.append(total)
    )
    assert (found.path.read_bytes(), found.size) == (data, len(data))
    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert museum.headers[1]["Range"].startswith("bytes=") and set(sizes) == {len(data)}
    assert not list((tmp_path / "museums" / "downloads").iterdir())


def test_ctrl_c_in_a_download_loses_nothing(museum: Museum, tmp_path):
    data = bytes(3_000_000)
    url = museum.page("/full.jpg", body=data, etag='"1"', headers={"Content-Type": "image/jpeg"})

    def press(done: int, total: int) -> None:
        if done > 100_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        client(tmp_path).download(url, tmp_path / "full.jpg", progress=press)
    assert not (tmp_path / "full.jpg").exists()
    assert client(tmp_path).download(url, tmp_path / "full.jpg").size == len(data)
    assert int(museum.headers[1]["Range"].strip("bytes=-")) > 100_000


def test_a_file_that_has_changed_in_between_is_fetched_anew(museum: Museum, tmp_path):
    url = museum.page("/full.jpg", body=bytes(2_000_000), etag='"1"', headers={"Content-Type": "image/jpeg"})
    with pytest.raises(errors.UnexpectedAnswer):
        client(tmp_path).download(url, tmp_path / "full.jpg", most=1000)
    museum.page("/full.jpg", body=b"new" * 100, etag='"2"', headers={"Content-Type": "image/jpeg"})
    assert client(tmp_path).download(url, tmp_path / "full.jpg").path.read_bytes() == b"new" * 100


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"announced": 5_000_000_000}, "the file has 5,000,000,000 bytes, more than 1,000,000,000"),
        (
            {"body": b"<html>a viewer</html>", "headers": {"Content-Type": "text/html"}},
            "it answers with a web page, where an image is promised",
        ),
        ({"status": 404}, "it has nothing at this address (404)"),
    ],
)
def test_files_that_are_none(museum: Museum, tmp_path, facts, message):
    with pytest.raises(errors.MuseumError) as raised:
        client(tmp_path).download(museum.page("/full.jpg", **facts), tmp_path / "full.jpg")
    assert str(raised.value) == message
    assert not (tmp_path / "full.jpg").exists()


def test_private_addresses_are_refused_at_each_step(museum: Museum, tmp_path, monkeypatch):
    home = museum.redirect("/item", "http://10.0.0.1/admin")
    with pytest.raises(
        errors.MuseumError, match=r"it redirects to a private address, 10\.0\.0\.1, which is not"
    ):
        client(tmp_path).ask(Request(url=home))
    for address in ("http://169.254.169.254/latest/meta-data", "http://[::1]/", "http://192.168.1.1/"):
        with pytest.raises(errors.Refused, match="is a private address, which is not asked"):
            client(tmp_path).ask(Request(url=address.replace("[::1]", "[fe80::1]")))
    monkeypatch.delenv("PELICAN_STYLIZE_ALLOW_LOOPBACK")
    with pytest.raises(errors.Refused, match=r"127\.0\.0\.1 is a private address, which is not asked"):
        client(tmp_path).ask(Request(url=museum.page("/object/1", body=b"{}", headers=JSON)))
    changing = iter([["93.184.216.34"], ["10.0.0.1"]])
    with pytest.raises(errors.MuseumError):
        client(tmp_path, resolve=lambda host, port: next(changing, ["10.0.0.1"])).ask(
            Request(url="http://museum.example:9/")
        )


def test_a_redirect_loop_ends(museum: Museum, tmp_path):
    with pytest.raises(errors.Refused, match="it redirects more than 5 times"):
        client(tmp_path).ask(Request(url=museum.redirect("/a", f"{museum.address}/a")))


def test_a_key_in_a_header_does_not_follow_to_another_host(museum: Museum, tmp_path):
    use = KeyUse(service="nypl", header="Authorization", form="Token token={}")
    museum.page("/there", body=b"{}", headers=JSON)
    url = museum.redirect("/here", f"{museum.address.replace('127.0.0.1', 'localhost')}/there", status=302)
    keys = KeyRing({"PELICAN_STYLIZE_KEY_NYPL": "secret12"})
    client(tmp_path, keys=keys).ask(Request(url=url, key=use))
    assert museum.headers[0]["Authorization"] == "Token token=secret12"
    assert "Authorization" not in museum.headers[1]


def test_a_key_in_a_header_does_not_follow_to_another_port(museum: Museum, other_museum: Museum, tmp_path):
    use = KeyUse(service="nypl", header="Authorization", form="Token token={}")
    url = museum.redirect("/here", other_museum.page("/there", body=b"{}", headers=JSON), status=302)
    keys = KeyRing({"PELICAN_STYLIZE_KEY_NYPL": "secret12"})
    client(tmp_path, keys=keys).ask(Request(url=url, key=use))
    assert museum.headers[0]["Authorization"] == "Token token=secret12"
    assert "Authorization" not in other_museum.headers[0]


def test_a_key_is_not_logged(museum: Museum, tmp_path, caplog):
    caplog.set_level("DEBUG")
    museum.page("/item.json?wskey=secret12", body=b"{}", headers=JSON)
    keys = KeyRing({"PELICAN_STYLIZE_KEY_EUROPEANA": "secret12"})
    client(tmp_path, keys=keys).ask(Request(url=f"{museum.address}/item.json", key=KEY))
    assert "secret12" not in caplog.text


def test_a_key_that_cannot_be_sent_is_refused_without_repeating_it():
    keys = KeyRing({"PELICAN_STYLIZE_KEY_EUROPEANA": "geh\u200beim12"})
    with pytest.raises(UserError) as raised:
        keys.find(KEY)
    assert str(raised.value) == "the key of 'europeana' has characters that no key has. Copy it again."


def test_words_of_a_record_are_no_refusal_of_a_key(museum: Museum, tmp_path):
    record = {"title": "Dish", "creator": "Unknown, Turkey", "description": "A missing key. " * 40}
    museum.page("/item.json?wskey=secret12", body=json.dumps(record).encode(), headers=JSON)
    keys = KeyRing({"PELICAN_STYLIZE_KEY_EUROPEANA": "secret12"})
    answer = client(tmp_path, keys=keys).ask(Request(url=f"{museum.address}/item.json", key=KEY))
    assert answer.json().text("creator") == "Unknown, Turkey"


def test_a_part_of_another_file_is_not_joined_to_what_is_there(museum: Museum, tmp_path):
    headers = {"Content-Type": "image/jpeg", "Content-Range": "bytes 30000-99999/100000"}
    url = museum.page("/full.jpg", body=bytes(2_000_000), etag='"1"', headers={"Content-Type": "image/jpeg"})

    def press(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        client(tmp_path).download(url, tmp_path / "full.jpg", progress=press)
    (part,) = (tmp_path / "museums" / "downloads").glob("*.part")
    begin = part.stat().st_size
    headers["Content-Range"] = f"bytes {begin}-1999999/2000000"
    museum.page("/full.jpg", status=206, body=bytes(2_000_000 - begin), headers={"ETag": '"2"', **headers})
    with pytest.raises(errors.UnexpectedAnswer, match="another part of the file than the one we asked for"):
        client(tmp_path).download(url, tmp_path / "full.jpg")
    museum.page("/full.jpg", body=b"new" * 100, headers={"Content-Type": "image/jpeg"})
    assert client(tmp_path).download(url, tmp_path / "full.jpg").path.read_bytes() == b"new" * 100


def test_a_busy_host_costs_no_part_of_a_download(museum: Museum, tmp_path):
    url = museum.page("/full.jpg", body=bytes(3_000_000), etag='"1"', headers={"Content-Type": "image/jpeg"})

    def press(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        client(tmp_path).download(url, tmp_path / "full.jpg", progress=press)
    museum.page("/full.jpg", status=429)
    with pytest.raises(errors.RateLimited):
        client(tmp_path).download(url, tmp_path / "full.jpg")
    museum.page("/full.jpg", body=bytes(3_000_000), etag='"1"', headers={"Content-Type": "image/jpeg"})
    assert client(tmp_path).download(url, tmp_path / "full.jpg").size == 3_000_000
    assert int(museum.headers[-1]["Range"].strip("bytes=-")) > 0


def test_a_mirror_answers_for_all_museums_in_tests(museum: Museum, tmp_path, monkeypatch):
    monkeypatch.setenv("PELICAN_STYLIZE_MUSEUM_MIRROR", museum.address)
    museum.page("/api.museum.example/object/1", body=b'{"a": 1}', headers=JSON)
    answer = client(tmp_path).ask(Request(url="https://api.museum.example/object/1"))
    assert answer.json().number("a") == 1
    monkeypatch.delenv("PELICAN_STYLIZE_ALLOW_LOOPBACK")
    with pytest.raises(errors.MuseumError):
        client(tmp_path, refresh=True, resolve=lambda host, port: ["10.0.0.1"]).ask(
            Request(url="https://api.museum.example/object/1")
        )


def test_a_budget_is_kept_over_runs(tmp_path):
    now, slept = [1000.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    def keeper() -> BudgetKeeper:
        budgets = [
            Budget(host="loc.gov", requests=2, seconds=10),
            Budget(host="loc.gov", requests=3, seconds=86_400),
        ]
        return BudgetKeeper(budgets, file=tmp_path / "budgets.json", now=lambda: now[0], sleep=sleep)

    first = keeper()
    for _ in range(2):
        first.spend("www.loc.gov")
    first.save()
    assert len(json.loads((tmp_path / "budgets.json").read_text())) == 2
    second = keeper()
    second.spend("other.example")
    assert slept == []
    second.spend("www.loc.gov")
    assert slept == [10.0]
    with pytest.raises(
        errors.RateLimited, match=r"^www\.loc\.gov has got as many requests from us as it should"
    ):
        second.spend("www.loc.gov")


def test_with_a_mirror_private_addresses_are_refused_too(museum: Museum, tmp_path, monkeypatch):
    monkeypatch.setenv("PELICAN_STYLIZE_MUSEUM_MIRROR", museum.address)
    for target in ("http://10.0.0.1/admin", "http://169.254.169.254/latest/meta-data", "http://[fe80::1]/"):
        museum.redirect("/api.museum.example/object/1", target)
        with pytest.raises(errors.Refused, match=r"it redirects to a private address, .*, which is not"):
            client(tmp_path).ask(Request(url="https://api.museum.example/object/1"))


def test_what_is_no_address_of_the_web_is_not_tried_again(museum: Museum, tmp_path):
    url = museum.redirect("/item", "file:///etc/passwd")
    with pytest.raises(errors.Refused, match=r"the address begins with file:, not with https: or http:$"):
        client(tmp_path).ask(Request(url=url))
    assert museum.asked == [("GET", "/item")]
    with pytest.raises(errors.Refused, match="the address begins with javascript:"):
        client(tmp_path).download("javascript:alert(1)", tmp_path / "full.jpg")


def test_a_download_that_another_command_has_finished(museum: Museum, tmp_path, monkeypatch):
    url = museum.page("/full.jpg", body=b"a picture", headers={"Content-Type": "image/jpeg"})

    def take(path: Path) -> str:
        path.unlink()
        raise FileNotFoundError(path)

    monkeypatch.setattr(museum_client, "sha256_of", take)
    with pytest.raises(errors.MuseumBroken, match="another command downloads the same file"):
        client(tmp_path).download(url, tmp_path / "full.jpg")
