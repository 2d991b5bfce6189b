"""The energy meters, read from a fake powercap tree of Linux."""

import time
from pathlib import Path

import pytest
from pelican.plugins.stylize.executors.energy_meters import EnergyMeters

RANGE = 1_000_000_000  # microjoules
WATT_HOUR = 3_600_000_000  # microjoules


def zone(powercap: Path, name: str, *, says: str, energy: int) -> Path:
    """Write a zone of the powercap tree and return its counter."""
    folder = powercap / name
    folder.mkdir(parents=True)
    (folder / "name").write_text(f"{says}\n")
    (folder / "max_energy_range_uj").write_text(f"{RANGE - 1}\n")
    (folder / "energy_uj").write_text(f"{energy}\n")
    return folder / "energy_uj"


def test_packages_and_memory_are_counted_and_what_lies_within_a_package_is_not(tmp_path):
    package = zone(tmp_path, "intel-rapl:0", says="package-0", energy=100)
    memory = zone(tmp_path, "intel-rapl:0:2", says="dram", energy=0)
    core = zone(tmp_path, "intel-rapl:0:0", says="core", energy=0)
    meters = EnergyMeters(card=False, powercap=tmp_path)
    package.write_text(f"{100 + 360_000_000}")
    memory.write_text("36000000")
    core.write_text("99999999")
    assert meters.read() == pytest.approx(0.11)
    assert meters.source == "read from RAPL"


def test_a_counter_that_wraps_around_has_not_run_backwards(tmp_path):
    counter = zone(tmp_path, "intel-rapl:0", says="package-0", energy=RANGE - 10)
    meters = EnergyMeters(card=False, powercap=tmp_path)
    for value in (20, 50, 5):  # 30 and 30, then nearly once around
        counter.write_text(str(value))
        energy = meters.read()
    assert energy == pytest.approx((60 + RANGE - 45) / WATT_HOUR)


def test_a_meter_that_only_root_may_read_is_none(tmp_path):
    counter = zone(tmp_path, "intel-rapl:0", says="package-0", energy=1)
    counter.unlink()
    counter.mkdir()  # which refuses everyone, root too
    meters = EnergyMeters(card=False, powercap=tmp_path)
    assert (meters.read(), meters.source) == (None, "")


def test_a_machine_without_meters_says_so(tmp_path):
    meters = EnergyMeters(card=False, powercap=tmp_path / "none")
    assert (meters.read(), meters.source) == (None, "")
    assert meters.around(lambda: "picture", earlier=lambda _: 0.0) == ("picture", None)


def test_a_meter_that_falls_silent_is_believed_no_more(tmp_path):
    counter = zone(tmp_path, "intel-rapl:0", says="package-0", energy=1)
    meters = EnergyMeters(card=False, powercap=tmp_path)
    counter.write_text("")
    assert meters.read() is None
    counter.write_text("5")
    assert meters.read() is None


def test_work_is_given_what_the_meter_moved_meanwhile(tmp_path):
    counter = zone(tmp_path, "intel-rapl:0", says="package-0", energy=0)
    meters = EnergyMeters(card=False, powercap=tmp_path)
    counter.write_text("500000000")  # before the work begins

    def work() -> str:
        counter.write_text("860000000")
        return "picture"

    assert meters.around(work, earlier=lambda _: 0.0) == ("picture", pytest.approx(0.1))


def test_what_an_interrupted_run_has_spent_is_put_in_with_the_power_of_this_one(tmp_path):
    counter = zone(tmp_path, "intel-rapl:0", says="package-0", energy=0)
    meters = EnergyMeters(card=False, powercap=tmp_path)

    def work() -> float:
        begun = time.monotonic()
        time.sleep(0.02)
        counter.write_text("360000000")
        return time.monotonic() - begun

    _, energy = meters.around(work, earlier=lambda spent: spent)
    assert energy == pytest.approx(0.2, rel=0.1)
