"""The ledger: append-only, kept by several processes at once, never damaged for good."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pelican.plugins.stylize.costs import ledger as module
from pelican.plugins.stylize.costs.ledger import Ledger, LedgerEntry
from pelican.plugins.stylize.storage.atomic_files import DiskError

ENTRY = LedgerEntry(
    what="picture",
    key="ab" * 32,
    styles={"harvesters": 0.7, "hubble-m51": 0.3},
    when="2026-11-22T10:00:00+00:00",
    seconds=3.1,
    device="cpu",
    energy=0.056,
    energy_known="estimated: 65 W x seconds",
    cost=0.0000112,
    currency="$",
    price_per_hour=0.0,
    price_per_kwh=0.2,
    method="feed-forward",
    megapixels=1.07,
    posts=("content/pier.md",),
    estimate=2.9,
)


def test_what_is_written_is_read_again(tmp_path):
    ledger = Ledger(tmp_path / "new")
    tuning = replace(ENTRY, what="tuning", styles={"ink": 1.0}, method="", level=2, steps=250)
    ledger.append(ENTRY)
    ledger.append(tuning)
    read = ledger.read()
    assert (read.entries, read.damaged) == ((ENTRY, tuning), 0)


def test_a_ledger_that_was_never_written_is_empty(tmp_path):
    assert Ledger(tmp_path).read().entries == ()


def test_a_torn_last_line_is_passed_over_and_costs_no_other(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.append(ENTRY)
    with ledger.path.open("ab") as file:
        file.write(b'{"what": "picture", "key": "cd')  # as a power cut leaves it
    ledger.append(ENTRY)
    read = ledger.read()
    assert (read.entries, read.damaged) == ((ENTRY, ENTRY), 1)


@pytest.mark.parametrize(
    "line", [b"[]", b"{}", b"\xff", b"null", b'{"what": "picnic"}', b"[" * 100_000, b'{"styles": 3}']
)
def test_no_line_can_stop_the_reading(tmp_path, line):
    ledger = Ledger(tmp_path)
    ledger.path.write_bytes(line + b"\n")
    ledger.append(ENTRY)
    assert (ledger.read().entries, ledger.read().damaged) == ((ENTRY,), 1)


@pytest.mark.parametrize(
    "damage",
    [
        {"when": 5},
        {"key": []},
        {"currency": []},
        {"energy_known": {}},
        {"posts": [["a"]]},
        {"seconds": float("inf")},
        {"styles": {"harvesters": float("nan")}},
    ],
)
def test_a_line_whose_values_are_of_another_kind_is_damaged_and_counted_nowhere(tmp_path, damage):
    ledger = Ledger(tmp_path)
    ledger.append(ENTRY)
    facts = json.loads(ledger.path.read_text()) | damage
    with ledger.path.open("a") as file:
        file.write(json.dumps(facts) + "\n")
    assert (ledger.read().entries, ledger.read().damaged) == ((ENTRY,), 1)


def test_a_folder_in_its_place_is_told_to_whoever_reads_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".stylize" / "ledger.jsonl").mkdir(parents=True)
    with pytest.raises(DiskError) as raised:
        Ledger(Path(".stylize")).read()
    assert str(raised.value) == (
        ".stylize/ledger.jsonl: this is a folder, which stops reading the ledger. Move it away."
    )


def test_a_line_of_a_later_version_is_read_without_its_new_fields(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.append(ENTRY)
    facts = json.loads(ledger.path.read_text()) | {"weather": "rain"}
    del facts["posts"], facts["estimate"]
    ledger.path.write_text(json.dumps(facts) + "\n")
    assert ledger.read().entries == (replace(ENTRY, posts=(), estimate=None),)


def test_several_processes_write_at_once_and_no_line_is_lost(tmp_path):
    program = f"""
import sys
sys.path.insert(0, {str(Path(module.__file__).parents[2])!r})
from pathlib import Path
from stylize.costs.ledger import Ledger, LedgerEntry
ledger = Ledger(Path({str(tmp_path)!r}))
for number in range(100):
    ledger.append(LedgerEntry(what="picture", key=sys.argv[1] * 3000 + str(number), styles={{}}, when="", seconds=1.0,
        device="", energy=0.0, energy_known="", cost=0.0, currency="$", price_per_hour=0.0, price_per_kwh=0.0))
"""
    writers = [subprocess.Popen([sys.executable, "-c", program, name]) for name in "abcd"]
    assert [writer.wait() for writer in writers] == [0, 0, 0, 0]
    read = Ledger(tmp_path).read()
    assert (len(read.entries), read.damaged) == (400, 0)
    assert len({entry.key for entry in read.entries}) == 400


def test_a_disk_that_refuses_is_told_in_words(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".stylize").write_text("a file")
    with pytest.raises(DiskError) as raised:
        Ledger(Path(".stylize")).append(ENTRY)
    assert str(raised.value).startswith(".stylize: this is a file, but the pictures need a folder.")
