"""The style library is cached from one build to the next, and every change to it is noticed."""

import os
import shutil
import time
from pathlib import Path

import pytest
from fixtures.small_blog import ROOT
from pelican.plugins.stylize.blog.cache.styles import FILE, cache_styles, load_cached_styles
from pelican.plugins.stylize.styles.library import load_styles

SLUGS = ("harvesters", "third-class-carriage")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path / "styles"
    before = time.time() - 60
    for slug in SLUGS:
        shutil.copytree(ROOT / "styles" / slug, folder / slug)
    for path in folder.rglob("*"):
        os.utime(path, (before, before))
    time.sleep(0.05)  # a file system's clock ticks
    return folder


def cache(library: Path) -> Path:
    styles = load_styles(library, display_path="styles").styles
    cache_styles(library.parent, library, styles=styles.values(), started=time.time_ns())
    return library.parent


def test_styles_come_back_as_they_were_read(library):
    assert load_cached_styles(cache(library), library) == load_styles(library, display_path="styles").styles


def test_a_decision_about_an_artwork_and_a_verdict_come_back_too(library):
    path = library / "harvesters/style.toml"
    rights = '\n[rights]\ndecision = "Read."\nby = "Ana Sol"\non = 2026-11-22\n'
    verdict = '\n[verdict]\nword = "cool"\nsuits = ["sky", "night"]\non = 2026-11-23\n'
    path.write_text(path.read_text() + rights + verdict)
    styles = load_styles(library, display_path="styles").styles
    store = library.parent
    cache_styles(store, library, styles=styles.values(), started=time.time_ns() + 10**10)
    assert load_cached_styles(store, library) == styles
    assert styles["harvesters"].artwork.credit.decision.on == "2026-11-22"
    assert styles["harvesters"].verdict.suits == ("sky", "night")


@pytest.mark.parametrize(
    "change",
    [
        lambda library: (library / "harvesters/style.toml").write_text("title = 1"),
        lambda library: os.utime(library / "harvesters/artwork.jpg"),
        lambda library: (library / "harvesters/style.safetensors").unlink(),
        lambda library: shutil.copytree(library / "harvesters", library / "late"),
        lambda library: shutil.rmtree(library / "harvesters"),
        lambda library: shutil.rmtree(library),
    ],
    ids=["record", "artwork", "numbers", "another style", "a style less", "no library"],
)
def test_a_library_that_has_changed_is_read_again(library, change):
    store = cache(library)
    change(library)
    assert load_cached_styles(store, library) is None


def test_a_style_that_has_just_been_written_is_not_trusted(library):
    os.utime(library / "harvesters/style.toml")
    assert load_cached_styles(cache(library), library) is None


@pytest.mark.parametrize("text", ["", "[]", '{"code": 1}', "\x00"])
def test_a_damaged_cache_is_ignored(library, text):
    store = cache(library)
    (store / FILE).write_text(text)
    assert load_cached_styles(store, library) is None


def test_without_a_library_nothing_is_cached(tmp_path):
    cache_styles(tmp_path, tmp_path / "styles", styles=(), started=time.time_ns())
    assert not (tmp_path / FILE).exists()
