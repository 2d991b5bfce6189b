"""Stored files may be damaged: this is reported, they are removed, and the next build is complete."""

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


def kept(blog, pattern):
    return sorted((blog.root / ".stylize").rglob(pattern))


def faults(blog):
    built = blog.build()
    assert built.code == 0, built.printed
    return [fault for row in verify_files(built.output, built.output) for fault in row.faults]


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"version": 1}', '{"version": 2}'])
def test_a_damaged_record_is_reported_and_recreated(built, damage):
    for path in kept(built, "records/*/*.json"):
        path.write_text(damage)
    broken = built.build()
    assert broken.code == 2
    assert "cannot be used: it is missing or damaged. Build again to recreate it." in broken.printed
    assert "Traceback" not in broken.printed
    for _ in kept(built, "records/*/*.json"):  # each build meets one of them
        if built.build().code == 0:
            break
    assert faults(built) == []


def test_a_record_under_another_records_name_is_not_used(built):
    first, second, *_ = kept(built, "records/*/*.json")
    first.write_bytes(second.read_bytes())
    assert built.build().code == 2
    assert faults(built) == []


@pytest.mark.parametrize("damage", [b"", b"\xff\xd8\xff\xe0 cut off"])
def test_a_damaged_rendition_is_reported_and_made_again(built, damage):
    kept(built, "renditions/*/*/300.jpg")[0].write_bytes(damage)
    broken = built.build()
    assert broken.code == 2
    assert "300.jpg: the rendition is damaged and is removed: " in broken.printed
    assert "Traceback" not in broken.printed
    assert faults(built) == []


def test_a_missing_rendition_is_reported_and_made_again(built):
    kept(built, "renditions/*/*/300.avif")[0].unlink()
    broken = built.build()
    assert broken.code == 2
    assert "are missing, and the rest is removed. Build again to recreate them." in broken.printed
    assert faults(built) == []


@pytest.mark.parametrize("name", [".DS_Store", "notes.txt", "x.avif"])
def test_a_file_of_somebody_elses_among_the_renditions_stays_there(built, name):
    (kept(built, "renditions/*/*/300.jpg")[0].parent / name).write_text("mine")
    assert faults(built) == []
    assert not list((built.root / "output").rglob(name))


def test_a_build_that_is_killed_before_the_index_leaves_folders_unknown_and_not_wrong(built):
    built.build()
    shutil.rmtree(built.root / "output/pictures")
    for path in kept(built, "renditions/*/*/300.jpg")[-1:]:
        path.write_bytes(b"")  # the build ends here, as if it were killed
    assert built.build().code == 2
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
