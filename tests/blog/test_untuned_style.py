"""A style that was added and never tuned is painted, by the real engine."""

from fixtures import images
from pelican.plugins.stylize.cli.styles_library import add
from pelican.plugins.stylize.cli.styles_list import list_styles


def test_an_artwork_is_adopted_for_nothing_and_a_post_is_painted_with_it(blog, monkeypatch):
    monkeypatch.chdir(blog.root)
    images.gradient(160, 140).save("drawing.png")
    images.quarters(160, 128).save(blog.root / "content" / "photos" / "quay.png")
    blog.stylize["executor"] = "local"
    blog.configure()
    said = add("pelicanconf.py", "drawing.png", {"title": "Tide", "category": "art"}, own=True)
    assert (
        "Painted (quality good or best), it needs no tuning and costs nothing: its artwork is enough." in said
    )
    row = next(line for line in list_styles("pelicanconf.py").splitlines() if line.startswith("tide "))
    assert row.split()[2:6] == ["art", "0", "5", "none"]
    blog.post("quay", "Words.", Style="tide", Quality="good", Photos="quay.png | A quay")
    built = blog.build()
    assert built.code == 0, built.printed
    assert "1 picture: 0 from the store, 1 new" in built.printed
    assert "Quality: good (painted small, then restored)" in built.page("quay.html")
    assert "nothing: it was never tuned, and painting needs no tuning" in built.page("styles/tide/index.html")
