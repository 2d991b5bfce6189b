"""The reader of pages finds figures, the head and the JSON-LD."""

import pytest
from pelican.plugins.stylize.provenance.readers.html_pages import find_folder, find_image_objects, read_page


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("/pictures/pier-0123/480.jpg", "pictures/pier-0123"),
        ("../../pictures/pier-0123/480.jpg", "pictures/pier-0123"),
        ("https://a.example/blog/pictures/pier-0123/480.jpg?x=1#y", "pictures/pier-0123"),
        ("/pictures/caf%C3%A9-0123/480.jpg", "pictures/café-0123"),
        ("/media/pictures/pier-0123/480.jpg", "media/pictures/pier-0123"),
        ("/pictures/other-0123/480.jpg", ""),
        ("480.jpg", ""),
        ("http://[", ""),
    ],
)
def test_the_folder_of_a_picture_is_found_by_its_url_wherever_the_site_is(url, folder):
    known = {"pictures/pier-0123", "pictures/café-0123", "media/pictures/pier-0123"}
    assert find_folder(url, known) == folder


def test_a_figure_has_its_images_links_and_words_and_none_of_its_neighbors(tmp_path):
    page = tmp_path / "index.html"
    page.write_text(
        "<a href='/no'>no</a><figure><picture><source srcset='/p/a/1.avif 1w, /p/a/2.avif 2w'><img src=/p/a/1.jpg>"
        "</picture><p>AI <b>modified</b> &amp; more<a href='/yes?a=1&amp;b=2'>yes</a></figure><p>no<figure><img src=x></figure>"
    )
    first, second = read_page(page).figures
    assert first.images == {"/p/a/1.avif", "/p/a/2.avif", "/p/a/1.jpg"}
    assert (first.links, first.text) == ({"/yes?a=1&b=2"}, "AI modified & moreyes")
    assert (second.images, second.text) == ({"x"}, "")


def test_what_the_head_says_is_read(tmp_path):
    page = tmp_path / "index.html"
    page.write_text(
        '<meta property="og:image" content="a.jpg"><meta name="twitter:card" content="summary">'
        '<script type="application/ld+json">{"a": "<b>"}</script><script>var x = 1</script>'
    )
    read = read_page(page)
    assert read.social == {"og:image": "a.jpg", "twitter:card": "summary"}
    assert read.documents == ['{"a": "<b>"}']


def test_find_image_objects_are_found_wherever_they_are():
    document = '{"@graph": [{"@type": "Article", "image": {"@type": ["ImageObject"], "name": "a"}}, {"@type": "Person"}]}'
    assert [stated["name"] for stated in find_image_objects(document)] == ["a"]
    with pytest.raises(ValueError):
        list(find_image_objects("{"))
