"""The store: whole or not at all, verified when read, and not damaged by anything that happens to a build."""

import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.storage.store import Receipt, Store

KEY = "ab" + 62 * "0"
OTHER = "cd" + 62 * "0"


def receipt_for(content: bytes) -> Receipt:
    return Receipt(
        sha256=hashlib.sha256(content).hexdigest(),
        width=1600,
        height=1067,
        seconds=4.1,
        device="cpu",
        versions={"torch": "2.14.1"},
        made="2026-11-22T10:00:00+00:00",
    )


def put(store: Store, key: str, content: bytes = b"a picture") -> None:
    with store.incoming() as folder:
        path = folder / "new.png"
        path.write_bytes(content)
        store.adopt(key, path, receipt=receipt_for(content), photo="pier.jpg")


def adopt_renditions(store: Store, name: str) -> None:
    with store.incoming() as incoming:
        folder = incoming / "files"
        folder.mkdir()
        (folder / "480.avif").write_bytes(b"small")
        (folder / "800.avif").write_bytes(b"larger")
        store.adopt_renditions(name, folder, photo="pier.jpg")


def rewrite_receipt(store: Store, change: Callable[[dict], object]) -> None:
    """Change a receipt as another version of the plugin would have written it, without a digest."""
    folder = store.root / "pictures" / "ab" / KEY
    facts = json.loads((folder / "receipt.json").read_text())
    change(facts)
    (folder / "receipt.json").write_text(json.dumps(facts))
    (folder / "sha256sums").unlink()


PRELUDE = """
import hashlib, os, signal, sys, time
from pathlib import Path
from pelican.plugins.stylize.storage.store import Receipt, Store
store = Store(Path(".stylize"))

def put(folder, key, content):
    (folder / "new.png").write_bytes(content)
    receipt = Receipt(sha256=hashlib.sha256(content).hexdigest(), width=1, height=1, seconds=1,
                      device="cpu", versions={})
    store.adopt(key, folder / "new.png", receipt=receipt, photo="pier.jpg")
"""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.chdir(tmp_path)
    return Store(Path(".stylize"))


def run(program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a program in a process of its own."""
    lines = PRELUDE + textwrap.dedent(program)
    command = [sys.executable, "-c", lines, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


# What goes in comes out


def test_a_receipt_from_before_there_was_another_method_is_read(store):
    put(store, KEY)
    rewrite_receipt(store, lambda facts: facts.pop("method"))
    assert store.receipt(KEY).method == "feed-forward"


def test_a_slow_picture_keeps_its_workplace_and_those_that_were_given_up_go(store):
    place = store.workplace(KEY, photo="pier.jpg")
    (place / "checkpoint.safetensors").write_bytes(b"step 7")
    for other, days in (("recent", 29), ("forgotten", 31)):
        store.workplace(other, photo="pier.jpg")
        before = time.time() - days * 24 * 60 * 60
        os.utime(store.root / "optimizing" / other, (before, before))
    assert (store.workplace(KEY, photo="pier.jpg") / "checkpoint.safetensors").read_bytes() == b"step 7"
    assert sorted(path.name for path in (store.root / "optimizing").iterdir()) == [KEY, "recent"]


def test_an_adopted_picture_is_there_with_its_receipt(store):
    put(store, KEY, b"a picture")
    assert store.has(KEY)
    assert store.picture(KEY).read_bytes() == b"a picture"
    assert store.receipt(KEY) == receipt_for(b"a picture")


def test_an_empty_store_has_nothing_and_creates_nothing(store):
    assert not store.has(KEY)
    assert store.picture(KEY) is None
    assert store.receipt(KEY) is None
    assert list(store.receipts()) == []
    assert not store.has_renditions("ab12")
    assert not store.root.exists()


def test_a_picture_and_its_receipt_lie_where_a_person_finds_them(store):
    put(store, KEY)
    folder = store.root / "pictures" / "ab" / KEY
    assert sorted(path.name for path in folder.iterdir()) == ["picture.png", "receipt.json", "sha256sums"]
    assert json.loads((folder / "receipt.json").read_text())["device"] == "cpu"


def test_all_receipts_can_be_read_for_time_estimates(store):
    put(store, KEY)
    put(store, OTHER, b"another")
    assert {receipt.sha256 for receipt in store.receipts()} == {
        hashlib.sha256(b"a picture").hexdigest(),
        hashlib.sha256(b"another").hexdigest(),
    }


def test_a_receipt_of_a_later_version_can_still_be_read(store):
    put(store, KEY)
    rewrite_receipt(store, lambda facts: facts.update(watts=60))
    assert store.picture(KEY) is not None


def test_a_receipt_from_before_faults_were_looked_for_names_none(store):
    put(store, KEY)
    rewrite_receipt(store, lambda facts: facts.pop("artifacts"))
    assert store.picture(KEY) is not None
    assert store.receipt(KEY).artifacts == ()


def test_the_faults_of_a_picture_are_kept_with_it(store):
    faults = ("confetti on 2.1 % of the picture (limit 0.5 %)", "dead flat areas on 9.0 % of the picture")
    with store.incoming() as folder:
        (folder / "new.png").write_bytes(b"a picture")
        receipt = replace(receipt_for(b"a picture"), artifacts=faults)
        store.adopt(KEY, folder / "new.png", receipt=receipt, photo="pier.jpg")
    assert store.receipt(KEY).artifacts == faults


def test_the_first_of_two_pictures_for_a_key_stays(store):
    put(store, KEY, b"first")
    put(store, KEY, b"second")
    assert store.picture(KEY).read_bytes() == b"first"


def test_renditions_come_as_a_whole_folder(store):
    with store.incoming() as incoming:
        folder = incoming / "files"
        folder.mkdir()
        (folder / "480.avif").write_bytes(b"small")
        (folder / "800.avif").write_bytes(b"larger")
        assert not store.has_renditions("ef34")
        store.adopt_renditions("ef34", folder, photo="pier.jpg")
    assert store.has_renditions("ef34")
    assert store.renditions("ef34") == {"480.avif": b"small", "800.avif": b"larger"}


def test_the_digests_in_the_store_can_be_checked_by_hand(store):
    put(store, KEY)
    adopt_renditions(store, "ef34")
    for folder in (store.root / "pictures" / "ab" / KEY, store.root / "renditions" / "ef" / "ef34"):
        checked = subprocess.run(
            ["sha256sum", "-c", "sha256sums"], cwd=folder, capture_output=True, text=True
        )
        assert checked.returncode == 0, checked.stdout + checked.stderr


def test_what_was_not_adopted_goes_with_the_incoming_folder(store):
    with store.incoming() as folder:
        (folder / "half.png").write_bytes(b"half a pic")
    assert list((store.root / "incoming").iterdir()) == []


def test_backups_and_git_skip_the_store(store):
    put(store, KEY)
    assert (store.root / ".gitignore").read_text() == "*\n"
    assert (store.root / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")


# Damage


def test_a_flipped_byte_makes_a_picture_missing(store, caplog):
    put(store, KEY)
    (store.root / "pictures" / "ab" / KEY / "picture.png").write_bytes(b"a pidture")
    assert store.picture(KEY) is None
    assert caplog.messages == [
        f".stylize/pictures/ab/{KEY}/picture.png: the picture is damaged and will be made again."
    ]
    assert not store.has(KEY)


def test_a_picture_without_its_file_is_missing(store):
    put(store, KEY)
    (store.root / "pictures" / "ab" / KEY / "picture.png").unlink()
    assert store.picture(KEY) is None
    assert not store.has(KEY)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"sha256": "00"}', "\x00\x00"])
@pytest.mark.parametrize("is_old", [False, True])
def test_a_picture_with_a_broken_receipt_is_missing(store, text, is_old):
    put(store, KEY)
    (store.root / "pictures" / "ab" / KEY / "receipt.json").write_text(text)
    if is_old:
        (store.root / "pictures" / "ab" / KEY / "sha256sums").unlink()
    assert list(store.receipts()) == []
    assert store.picture(KEY) is None
    assert not store.has(KEY)


def test_a_damaged_picture_can_be_made_again(store):
    put(store, KEY)
    (store.root / "pictures" / "ab" / KEY / "picture.png").write_bytes(b"")
    assert store.picture(KEY) is None
    put(store, KEY, b"a picture")
    assert store.picture(KEY).read_bytes() == b"a picture"


def test_a_picture_that_is_not_the_one_of_its_receipt_is_not_stored(store):
    with store.incoming() as folder, pytest.raises(UserError) as caught:
        (folder / "new.png").write_bytes(b"half of a pic")
        store.adopt(KEY, folder / "new.png", receipt=receipt_for(b"a picture"), photo="pier.jpg")
    assert str(caught.value) == (
        ".stylize: the picture of pier.jpg is incomplete and was not stored. Build again."
    )
    assert not store.has(KEY)


@pytest.mark.parametrize(("old", "new"), [("4.1", "4.7"), ("cpu", "cpv"), ('"seconds"', '"sekonds"')])
def test_a_changed_letter_in_a_receipt_makes_its_picture_missing_until_it_is_made_again(store, old, new):
    put(store, KEY)
    path = store.root / "pictures" / "ab" / KEY / "receipt.json"
    path.write_text(path.read_text().replace(old, new))
    assert list(store.receipts()) == []
    assert store.receipt(KEY) is None
    assert not store.has(KEY)
    assert store.is_damaged(KEY)
    put(store, KEY)
    assert not store.is_damaged(KEY)
    assert store.receipt(KEY) == receipt_for(b"a picture")


@pytest.mark.parametrize("name", ["480.avif", "800.avif", "sha256sums"])
def test_any_flipped_bit_in_renditions_is_noticed_and_removes_them(store, name):
    for bit in range(0, 8 * 160, 7):
        adopt_renditions(store, "ef34")
        path = store.root / "renditions" / "ef" / "ef34" / name
        data = bytearray(path.read_bytes())
        data[bit // 8 % len(data)] ^= 1 << bit % 8
        path.write_bytes(data)
        assert store.renditions("ef34") is None, (name, bit)
        assert not store.has_renditions("ef34")


def test_renditions_without_digests_are_missing_and_replaced(store):
    adopt_renditions(store, "ef34")
    folder = store.root / "renditions" / "ef" / "ef34"
    (folder / "sha256sums").unlink()
    (folder / "480.avif").write_bytes(b"who knows")
    assert not store.has_renditions("ef34")
    assert store.renditions("ef34") is None
    adopt_renditions(store, "ef34")
    assert store.renditions("ef34") == {"480.avif": b"small", "800.avif": b"larger"}


# Killed builds


def test_a_build_killed_before_it_stores_leaves_nothing_but_incoming(store):
    killed = run(
        """
        with store.incoming() as folder:
            (folder / "new.png").write_bytes(b"a picture")
            os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    assert killed.returncode == -signal.SIGKILL
    assert sorted(path.name for path in store.root.iterdir()) == [".gitignore", "CACHEDIR.TAG", "incoming"]


@pytest.mark.parametrize("moment", range(2))
def test_a_build_killed_between_write_and_rename_stores_nothing(store, moment):
    killed = run(
        """
        renames = []
        def kill_at_rename(event, arguments):
            if event == "os.rename":
                if len(renames) == int(sys.argv[2]):
                    os.kill(os.getpid(), signal.SIGKILL)
                renames.append(arguments)
        sys.addaudithook(kill_at_rename)
        with store.incoming() as folder:
            put(folder, sys.argv[1], b"x")
        """,
        KEY,
        moment,
    )
    assert killed.returncode == -signal.SIGKILL
    assert not store.has(KEY)
    assert store.picture(KEY) is None
    put(store, KEY)
    assert store.has(KEY)


def test_what_a_killed_build_left_is_swept_by_a_later_one(store):
    left = store.root / "incoming" / "left"
    left.mkdir(parents=True)
    (left / "half.png").write_bytes(b"half")
    two_minutes_ago = time.time() - 120
    os.utime(left, (two_minutes_ago, two_minutes_ago))
    with store.incoming():
        assert not left.exists()


def test_what_another_build_is_making_is_left_alone(store):
    with store.incoming() as folder:
        yesterday = time.time() - 2 * 24 * 60 * 60
        os.utime(folder, (yesterday, yesterday))
        other = run("with store.incoming(): pass")
        assert other.returncode == 0, other.stderr
        assert folder.exists()


def test_two_builds_at_the_same_time_do_not_hurt_each_other(store):
    program = PRELUDE + textwrap.dedent(
        """
        while time.time() < float(sys.argv[2]):
            pass
        with store.incoming() as folder:
            for number in range(100):
                key = f"{number:064x}"
                put(folder, key, sys.argv[1].encode() * 100_000)
                assert store.picture(key) is not None
        """
    )
    start = str(time.time() + 1.5)
    builds = [subprocess.Popen([sys.executable, "-c", program, word, start]) for word in ("one", "two")]
    assert [build.wait(timeout=60) for build in builds] == [0, 0]
    assert all(store.picture(f"{number:064x}") for number in range(100))
    assert list((store.root / "incoming").iterdir()) == []


# Refusals of the disk


@contextlib.contextmanager
def small_disk(place: Path, *, kib: int) -> Iterator[Path]:
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", str(place)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("only root can mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.skipif(not shutil.which("mount"), reason="there is no mount command")
def test_a_full_disk_is_reported_and_what_was_finished_is_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with small_disk(Path("disk"), kib=256) as disk:
        store = Store(disk / ".stylize")
        put(store, KEY)
        with store.incoming() as folder:
            (folder / "new.png").write_bytes(b"another")
            with contextlib.suppress(OSError), (folder / "ballast").open("wb", buffering=0) as ballast:
                while True:
                    ballast.write(bytes(4096))
            with pytest.raises(UserError) as caught:
                store.adopt(OTHER, folder / "new.png", receipt=receipt_for(b"another"), photo="nets.jpg")
        assert str(caught.value) == (
            "disk/.stylize: the disk is full while storing the picture of nets.jpg;"
            " what was finished is kept. Free some space and build again."
        )
        assert store.picture(KEY) is not None
        assert not store.has(OTHER)
        put(store, OTHER)
        assert store.has(OTHER)


@pytest.mark.skipif(not shutil.which("mount"), reason="there is no mount command")
def test_a_disk_that_can_only_be_read_still_gives_its_pictures(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with small_disk(Path("disk"), kib=256) as disk:
        store = Store(disk / ".stylize")
        put(store, KEY)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        assert store.picture(KEY) is not None
        with pytest.raises(UserError) as caught, store.incoming():
            pass
    assert str(caught.value) == (
        "disk/.stylize: this disk can only be read, which stops making room for new pictures;"
        " what was finished is kept. Make it writable or name another folder in STYLIZE['store']."
    )


def test_a_file_size_limit_is_reported(store):
    limited = run(
        """
        import resource
        from pelican.plugins.stylize.model.errors import UserError
        try:
            with store.incoming() as folder:
                resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
                put(folder, sys.argv[1], b"x")
        except UserError as error:
            print(error, end="")
        """,
        KEY,
    )
    assert limited.stdout == (
        ".stylize: the system refuses a file of this size while storing the picture of pier.jpg;"
        " what was finished is kept. Raise the limit ('ulimit -f') and build again."
    )
    assert not store.has(KEY)


def test_a_folder_without_permission_is_reported(store):
    store.root.mkdir()
    store.root.chmod(0o555)
    with ordinary_user(), pytest.raises(UserError) as caught, store.incoming():
        pass
    assert str(caught.value) == (
        ".stylize: there is no permission to write here while making room for new pictures;"
        " what was finished is kept. Make the folder writable or name another folder in STYLIZE['store']."
    )


def test_a_file_in_the_place_of_the_store_is_reported(store):
    store.root.write_text("not a folder")
    assert not store.has(KEY)
    with pytest.raises(UserError) as caught, store.incoming():
        pass
    assert str(caught.value) == (
        ".stylize: this is a file, but the pictures need a folder."
        " Move it away or name another folder in STYLIZE['store']."
    )


@contextlib.contextmanager
def ordinary_user() -> Iterator[None]:
    """Give up root's right to write anywhere, for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def entry(store: Store) -> Path:
    return store.root / "pictures" / "ab" / KEY


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace("receipt.json", "receipt.jsoo"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text[:-40],
        lambda text: text[:80] + chr(ord(text[80]) ^ 1) + text[81:],  # in the digest of the receipt
    ],
)
def test_a_damaged_list_of_digests_draws_no_picture_again(store, damage):
    put(store, KEY)
    sums = entry(store) / "sha256sums"
    whole = sums.read_bytes()
    sums.write_bytes(damage(whole.decode()).encode())
    assert store.receipt(KEY) == receipt_for(b"a picture")
    assert store.picture(KEY).read_bytes() == b"a picture"
    assert sums.read_bytes() == whole


def test_a_list_of_digests_that_is_written_again_is_named(tmp_path, caplog):
    store = Store(tmp_path / "named")  # Pelican's log leaves out what was said before
    put(store, KEY)
    sums = entry(store) / "sha256sums"
    sums.write_bytes(sums.read_bytes()[:-40])
    assert store.receipt(KEY) == receipt_for(b"a picture")
    assert caplog.messages == [
        f"{sums}: the list of digests is damaged; its picture is whole, so the list is written again."
    ]


def test_a_receipt_that_is_damaged_together_with_its_list_is_not_used(store):
    put(store, KEY)
    sums, receipt = entry(store) / "sha256sums", entry(store) / "receipt.json"
    receipt.write_text(receipt.read_text().replace("4.1", "4.2"))
    sums.write_bytes(sums.read_bytes().replace(b"picture.png", b"picture.pnf"))
    assert store.receipt(KEY) is None
    assert store.picture(KEY) is None


def test_a_damaged_list_does_not_vouch_for_a_damaged_picture(store):
    put(store, KEY)
    sums = entry(store) / "sha256sums"
    sums.write_bytes(sums.read_bytes().replace(b"receipt.json", b"receipt.jsoo"))
    (entry(store) / "picture.png").write_bytes(b"a pictura")
    assert store.receipt(KEY) is None
    assert store.picture(KEY) is None


@pytest.mark.parametrize("name", ["receipt.json", "sha256sums", "picture.png"])
def test_a_file_that_may_not_be_read_is_named_and_nothing_is_made_again(store, monkeypatch, name):
    put(store, KEY)
    path = entry(store) / name
    opened = Path.open

    def refuse(self, *args, **kwargs):
        if self == path:
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)  # root may read everything
    told = (
        f"{path}: there is no permission to read this file of the store, so its picture cannot be used."
        " Make it readable; nothing was made again."
    )
    with pytest.raises(UserError) as error:
        store.picture(KEY)
    assert str(error.value) == told
    if name != "picture.png":
        with pytest.raises(UserError) as error:
            store.receipt(KEY)
        assert str(error.value) == told
    assert store.has(KEY)
