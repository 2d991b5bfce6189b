"""Stored files may be damaged: this is reported, and they are made again in the same build."""

import json
import os
import shutil

import pytest
from pelican.plugins.stylize.provenance.c2pa.keys import make_keys
from pelican.plugins.stylize.provenance.verify.site_check import verify_files

PIER = "pier.jpg | A wooden pier"


@pytest.fixture
def built(blog):
    """A blog that was built once, without its output."""
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    blog.build()
    shutil.rmtree(blog.root / "output")
    return blog


def flip(path, place):
    """Flip a bit, and restore the file's times."""
    facts, data = path.stat(), bytearray(path.read_bytes())
    data[place % len(data)] ^= 0x10
    path.write_bytes(data)
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def pictures(blog):
    """Build the site from nothing; return its published files."""
    shutil.rmtree(blog.root / "output", ignore_errors=True)
    blog.build()
    folder = blog.root / "output"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.glob("pictures/*/*")}


def kept(blog, pattern):
    return sorted((blog.root / ".stylize").rglob(pattern))


def faults(blog):
    built = blog.build()
    assert built.code == 0, built.printed
    return [fault for row in verify_files(built.output, built.output) for fault in row.faults]


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"version": 1}', '{"version": 2}'])
def test_damaged_records_are_written_again_in_the_same_build(built, damage):
    for path in kept(built, "records/*/*.json"):
        path.write_text(damage)
    healed = built.build()
    assert healed.code == 0, healed.printed
    assert healed.printed.count("the record is damaged and will be written again.") >= 1
    assert faults(built) == []


def test_a_record_under_another_records_name_is_not_used(built):
    first, second, *_ = kept(built, "records/*/*.json")
    first.write_bytes(second.read_bytes())
    assert faults(built) == []


@pytest.mark.parametrize("is_cached", [False, True])
@pytest.mark.parametrize("name", ["300.jpg", "300.avif", "sha256sums"])
def test_a_flipped_bit_in_a_rendition_is_told_and_healed_in_the_same_build(built, name, is_cached):
    if is_cached:
        built.age()
        built.build()
    published = pictures(built)
    for path in kept(built, f"renditions/*/*/{name}"):
        flip(path, path.stat().st_size // 4)
    shutil.rmtree(built.root / "output")
    built.drawn()
    healed = built.build()
    assert healed.code == 0, healed.printed
    assert healed.printed.count("; the renditions are made again.") == len(
        kept(built, f"renditions/*/*/{name}")
    )
    assert "Traceback" not in healed.printed
    assert built.drawn() == []  # the picture itself was whole
    assert pictures(built) == published
    assert faults(built) == []


def test_a_rendition_and_its_picture_that_are_both_damaged_are_drawn_again(built):
    built.age()
    built.build()
    flip(*kept(built, "pictures/*/*/picture.png"), 100)
    for path in kept(built, "renditions/*/*/300.jpg"):
        flip(path, 100)
    shutil.rmtree(built.root / "output")
    built.drawn()
    healed = built.build()
    assert healed.code == 0, healed.printed
    assert "picture.png: the picture is damaged and will be made again." in healed.printed
    assert built.drawn() == ["pier.jpg harvesters"]
    assert faults(built) == []


def test_a_damaged_receipt_is_never_shown_and_its_picture_drawn_again(built):
    (path,) = kept(built, "receipt.json")
    text = path.read_text()
    path.write_text(text.replace('"inline"', '"online"'))
    (built.root / ".stylize/posts-en.jsonl").unlink()
    built.drawn()
    healed = built.build()
    assert healed.code == 0, healed.printed
    assert "receipt.json: the receipt is damaged, so the picture will be made again." in healed.printed
    assert built.drawn() == ["pier.jpg harvesters"]
    assert "online" not in (kept(built, "receipt.json")[0]).read_text()
    assert not [path for path in kept(built, "records/*/*.json") if "online" in path.read_text()]
    assert faults(built) == []


def test_a_missing_rendition_is_made_again_in_the_same_build(built):
    kept(built, "renditions/*/*/300.avif")[0].unlink()
    assert faults(built) == []


def test_renditions_of_an_earlier_version_have_no_digests_and_are_made_again_once(built):
    for path in kept(built, "renditions/*/*/sha256sums"):
        path.unlink()
    healed = built.build()
    assert healed.code == 0, healed.printed
    assert (
        healed.printed.count(
            ".stylize/renditions: renditions without digests, of an earlier version, are made again."
        )
        == 1
    )
    assert "without digests" not in built.build().printed
    assert faults(built) == []


@pytest.mark.parametrize("name", [".DS_Store", "notes.txt", "x.avif"])
def test_a_file_of_somebody_elses_among_the_renditions_stays_there(built, name):
    (kept(built, "renditions/*/*/300.jpg")[0].parent / name).write_text("mine")
    assert faults(built) == []
    assert not list((built.root / "output").rglob(name))


def test_a_build_that_is_killed_before_the_index_leaves_folders_unknown_and_not_wrong(built):
    built.build()
    shutil.rmtree(built.root / "output/pictures")
    (built.root / "output/pictures").mkdir()
    *_, last = sorted(
        entry["folder"]
        for entry in json.loads((built.root / "output/provenance/index.json").read_text())["pictures"]
    )
    (built.root / "output" / last).write_text("in the way")  # the build ends here, as if it were killed
    assert built.build().code == 2
    (built.root / "output" / last).unlink()
    index = (built.root / "output/provenance/index.json").read_text()
    there = {path.name for path in (built.root / "output/pictures").iterdir()}
    assert not [name for name in there if name in index]
    assert faults(built) == []


def test_a_pipe_among_the_files_of_a_site_is_a_fault_and_does_not_block(built):
    output = built.build().output
    (path,) = output.glob("pictures/pier-harvesters-*/300.jpg")
    path.unlink()
    os.mkfifo(path)
    (output / "zz.html").mkdir()
    faulty = [row for row in verify_files(output, output) if row.faults]
    assert [(row.path, row.faults) for row in faulty] == [
        (str(path.relative_to(output)), ["it cannot be read: this is no file"])
    ]


@pytest.mark.parametrize("damage", [b"", b"cut off"])
def test_a_damaged_signed_file_is_signed_again(built, damage, tmp_path_factory):
    pytest.importorskip("c2pa", reason="needs the extra c2pa")
    keys = tmp_path_factory.mktemp("keys") / "pier"
    make_keys(keys, name="Ana Sol")
    built.stylize.update(c2pa="required", c2pa_folder=str(keys))
    built.build()
    kept(built, "signed/*/*/image")[0].write_bytes(damage)
    shutil.rmtree(built.root / "output")
    assert faults(built) == []


def test_a_certificate_that_was_bought_has_no_root_to_publish(built, tmp_path_factory):
    pytest.importorskip("c2pa", reason="needs the extra c2pa")
    keys = tmp_path_factory.mktemp("keys") / "pier"
    make_keys(keys, name="Ana Sol")
    (keys / "root.pem").unlink()
    built.stylize.update(c2pa="required", c2pa_folder=str(keys))
    assert faults(built) == []
    assert "root.pem" not in (built.root / "output/provenance/index.html").read_text()


@pytest.mark.parametrize(
    ("name", "doing"),
    [
        ("provenance/index.json", "writing the index of provenance"),
        ("image-sitemap.xml", "writing the image sitemap"),
    ],
)
def test_a_folder_in_the_place_of_a_file_of_the_site_is_named(built, name, doing):
    built.settings.update(SITEURL="https://pier.example")
    (built.root / "output" / name).mkdir(parents=True)
    broken = built.build()
    assert broken.code == 2
    assert f"output/{name}: this is a folder, which stops {doing}. Move it away." in broken.printed
    assert "Traceback" not in broken.printed


def test_a_published_file_that_was_deleted_or_edited_comes_back_with_the_next_build(built):
    output = built.build().output
    jpeg, avif, *_ = sorted(output.glob("pictures/pier-harvesters-*/300.*"), reverse=True)
    jpeg.write_bytes(jpeg.read_bytes() + b"more")
    avif.unlink()
    assert faults(built) == []
