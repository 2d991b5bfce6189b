"""What goes out of the house does not say where it was made: no path, user or host of its author's machine."""

import getpass
import platform
import zipfile

import pytest
from fixtures.program import run_program
from fixtures.small_blog import Blog


@pytest.fixture
def blog(tmp_path_factory) -> Blog:
    """A blog in a folder whose name is easily found again."""
    return Blog.begin(tmp_path_factory.mktemp("home-of-ana-sol"))


def find_traces(data: bytes, blog: Blog) -> list[str]:
    """Return what a file says about the machine. The user's name is looked for as part of a path only."""
    traces = (
        str(blog.root),
        blog.root.name,
        f"/{getpass.getuser()}/",
        f"/home/{getpass.getuser()}",
        "file://",
    )
    if len(platform.node()) > 5:  # a shorter name of a host may be in any picture
        traces += (platform.node(),)
    return [trace for trace in traces if trace.encode() in data]


def test_a_built_site_has_no_trace_of_the_machine(blog):
    blog.settings = {"SITEURL": "https://pier.example", "FEED_ALL_ATOM": "all.atom.xml"}
    blog.stylize["originals"] = True
    blog.post(
        "pier", "![A pier](pier.jpg){: stylize=harvesters }", Style="harvesters", Photos="pier.jpg | A pier"
    )
    built = blog.build()
    assert built.code == 0, built.printed
    files = [path for path in built.output.rglob("*") if path.is_file()]
    assert len(files) > 20
    assert {str(path): traces for path in files if (traces := find_traces(path.read_bytes(), blog))} == {}


def test_receipts_and_records_of_the_store_have_none_either(blog):
    blog.post("pier", "![A pier](pier.jpg){: stylize=harvesters }")
    assert blog.build().code == 0
    store = blog.root / ".stylize"
    files = [*store.rglob("receipt.json"), *(store / "records").rglob("*.json*")]
    assert len(files) > 2
    assert {str(path): traces for path in files if (traces := find_traces(path.read_bytes(), blog))} == {}


def test_a_pack_and_its_model_card_have_none(blog):
    blog.configure()
    ended = run_program("style.pack", "harvesters", cwd=blog.root)
    assert ended.code == 0, ended
    with zipfile.ZipFile(blog.root / "harvesters.style.zip") as pack:
        assert {
            name: traces for name in pack.namelist() if (traces := find_traces(pack.read(name), blog))
        } == {}


def test_a_board_of_a_comparison_does_not_say_where_the_photo_lies(blog, tmp_path):
    photo = tmp_path / "ana-s-desk" / "loose.jpg"
    photo.parent.mkdir()
    (blog.root / "content/photos/pier.jpg").rename(photo)
    photo.with_suffix(".toml").write_text("title = 3\n")
    blog.without = ("author",)
    blog.configure()
    assert run_program("style.compare", str(photo), "--styles", "harvesters", cwd=blog.root).code == 0
    (page,) = (blog.root / ".stylize" / "compare").glob("*/board.html")
    text = page.read_text("utf-8")
    assert "loose.toml" in text
    assert "ana-s-desk" not in text and find_traces(text.encode(), blog) == []
