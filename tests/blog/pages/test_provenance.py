"""No picture is published without its provenance: on the page, next to the file, in the index."""

import hashlib
import json
import re
import shutil

from fixtures.small_blog import ROOT
from pelican.plugins.stylize.provenance.record import read_document
from pelican.plugins.stylize.provenance.verify.site_check import verify_files

PIER = "pier.jpg | A wooden pier"


def index_of(built):
    return json.loads(built.page("provenance/index.json"))


def structured(page):
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>\s*</head>', page, re.DOTALL)
    return json.loads(script)["@graph"]


def test_the_index_knows_the_digest_of_every_published_image(blog):
    blog.photo("second.jpg")
    blog.post("pier", "![B](second.jpg){: stylize=none }", Style="harvesters", Photos=PIER)
    built = blog.build()
    files = {file["path"]: file for entry in index_of(built)["pictures"] for file in entry["files"]}
    images = [p for p in (built.output / "pictures").rglob("*") if p.suffix in (".avif", ".jpg")]
    assert len(images) == len(files) > 8
    for path in images:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert files[str(path.relative_to(built.output))]["sha256"] == digest


def test_each_picture_has_a_sidecar_whose_record_is_the_one_the_index_names(blog):
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    built = blog.build()
    entries = index_of(built)["pictures"]
    for entry in entries:
        record = read_document(json.loads(built.page(entry["sidecar"]))["record"])
        assert record.digest == entry["record"]
    (picture,) = [entry for entry in entries if entry["stylized"]]
    record = read_document(json.loads(built.page(picture["sidecar"]))["record"])
    assert record.photo.creator == "Ana Sol"
    assert record.ingredients[0].artwork.accession == "19.164"
    assert record.stylization.made.startswith("20")


def test_the_head_of_a_page_describes_its_pictures_to_search_engines_in_any_theme(blog):
    blog.settings.update(SITEURL="https://pier.example")
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    page = blog.build().page("pier.html")
    (picture,) = structured(page)
    assert picture["contentUrl"] in page.partition("</head>")[2]
    assert picture["isPartOf"]["url"] == "https://pier.example/pier.html"
    assert [work["@type"] for work in picture["isBasedOn"]] == ["Photograph", "VisualArtwork"]
    assert picture["subjectOf"]["url"].endswith("/provenance.jsonld")


def test_a_listing_page_describes_its_covers_and_their_posts_to_search_engines(blog):
    blog.theme = str(ROOT / "theme")
    blog.settings.update(SITEURL="https://pier.example")
    blog.photo("nets.jpg", color="olive")
    blog.post("pier", "![Nets](nets.jpg){: stylize }", Style="harvesters", Photos=PIER)
    built = blog.build()
    page = structured(built.page("pier.html"))
    for wall in ("index.html", "category/misc.html", "styles/harvesters/index.html"):
        (cover,) = structured(built.page(wall))
        assert cover in page
        assert cover["isPartOf"]["url"] == "https://pier.example/pier.html"
    assert "ld+json" not in built.page("archives.html")


def test_a_listing_page_does_not_reveal_the_url_of_a_draft(blog):
    blog.theme = str(ROOT / "theme")
    blog.settings.update(SITEURL="https://pier.example")
    blog.post("another", "Words.", Style="harvesters", Photos=PIER, Status="draft")
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    wall = blog.build().page("index.html")
    assert [cover["isPartOf"]["url"] for cover in structured(wall)] == ["https://pier.example/pier.html"]


def test_a_cached_page_says_the_same(blog):
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    blog.theme = str(ROOT / "theme")
    first = blog.build()
    page, index = first.page("pier.html"), first.page("provenance/index.json")
    wall = first.page("index.html")
    second = blog.build()
    assert second.page("pier.html") == page
    assert second.page("index.html") == wall
    assert second.page("provenance/index.json") == index


def test_a_page_without_pictures_is_left_as_it_is(blog):
    blog.post("words", "Only words.")
    assert "ld+json" not in blog.build().page("words.html")


def test_a_corrected_credit_makes_no_picture_again_but_changes_every_place_that_shows_it(blog):
    credit = blog.root / "content/photos/pier.toml"
    credit.write_text('title = "Pier"\ncreator = "Ana Sol"\nlicense = "CC-BY-4.0"\n')
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    before = blog.build()
    names = {entry["folder"] for entry in index_of(before)["pictures"]}
    credit.write_text('title = "Pier"\ncreator = "Ana Luz"\nlicense = "CC-BY-4.0"\n')
    built = blog.build()
    assert (blog.root / "drawn.log").read_text().count("\n") == 1
    assert "1 from the store, 0 new" in built.printed
    page = built.page("pier.html")
    assert "Ana Luz" in page and structured(page)[0]["isBasedOn"][0]["creator"]["name"] == "Ana Luz"
    changed = {entry["folder"] for entry in index_of(built)["pictures"]} - names
    assert sorted(name.rsplit("-", 1)[0] for name in changed) == ["pictures/pier", "pictures/pier-harvesters"]


def test_a_page_says_whether_a_credit_is_a_duty_or_a_courtesy_and_who_decided(blog):
    (blog.root / "content/photos/pier.toml").write_text(
        'title = "Pier"\ncreator = "Ana Sol"\nlicense = "CC-BY-SA-3.0"\nsource_url = "https://a.example/1"\n'
        '[rights]\ndecision = "Asked her, she agreed."\nby = "Bo Lind"\non = 2026-11-20\n'
    )
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    page = blog.build().page("pier.html")
    assert "The photo, credited as CC BY-SA 3.0 asks. Bo Lind, 2026-11-20: Asked her, she agreed.<" in page
    assert "The artwork, credited by courtesy<" in page
    assert "CC BY-SA 4.0</a>." in page  # what the picture itself goes out under
    assert "Content Credentials" not in page


def test_the_index_of_a_site_that_shows_no_picture_any_more_names_none(blog):
    blog.stylize.update(style_pages=False, provenance_pages=False)
    post = blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    assert len(index_of(blog.build())["pictures"]) == 3
    post.unlink()
    blog.post("words", "Only words.")
    assert index_of(blog.build())["pictures"] == []


def test_the_image_sitemap_names_what_is_published_and_no_draft(blog):
    blog.settings.update(SITEURL="https://pier.example")
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    blog.post("secret", "Words.", Style="third-class-carriage", Photos=PIER, Status="draft")
    sitemap = blog.build().page("image-sitemap.xml")
    assert re.findall("<loc>(.*?)</loc>", sitemap) == ["https://pier.example/pier.html"]
    (picture,) = re.findall("<image:loc>(.*?)</image:loc>", sitemap)
    assert picture.startswith("https://pier.example/pictures/pier-harvesters-")
    assert picture.endswith("/300.jpg")
    assert "<image:license>https://creativecommons.org/licenses/by/4.0/</image:license>" in sitemap


def test_the_image_sitemap_leaves_out_a_picture_that_could_not_be_made(blog):
    blog.settings.update(SITEURL="https://pier.example")
    blog.fault = (
        "from pelican.plugins.stylize.model.errors import PhotoError; raise PhotoError('the ink is out.')"
    )
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    assert "<loc>" not in blog.build().page("image-sitemap.xml")


def test_a_site_without_the_pages_of_provenance_links_to_none_of_them(blog):
    blog.stylize.update(provenance_pages=False)
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    built = blog.build()
    page = built.page("pier.html")
    assert not (built.output / "credits").exists() and not (built.output / "provenance/index.html").exists()
    assert "/credits/" not in page and "/provenance/" not in page
    assert "at 100% strength.</li>" in page and "The whole record</a>.</li>" in page


def test_the_image_sitemap_has_uris_also_where_titles_and_hosts_are_in_other_scripts(blog):
    blog.settings.update(
        SITEURL="https://münchen.example/a&b",
        SLUGIFY_USE_UNICODE=True,
        ARTICLE_URL="{slug}/../100% {slug}/",
        ARTICLE_SAVE_AS="{slug}.html",
    )
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER, Title="Мост")
    sitemap = blog.build().page("image-sitemap.xml")
    site = "https://xn--mnchen-3ya.example/a&amp;b"
    assert re.findall("<loc>(.*?)</loc>", sitemap) == [f"{site}/100%25%20%D0%BC%D0%BE%D1%81%D1%82/"]
    (picture,) = re.findall("<image:loc>(.*?)</image:loc>", sitemap)
    assert picture.startswith(f"{site}/pictures/pier-harvesters-")


def test_no_public_list_names_the_picture_of_a_draft_or_a_hidden_post(blog):
    blog.settings.update(SITEURL="https://pier.example")
    for status in ("draft", "hidden"):
        blog.photo(f"{status}-launch.jpg", color="navy" if status == "draft" else "olive")
        photos = f"{status}-launch.jpg | Soon"
        blog.post(status, "Words.", Style="harvesters", Photos=photos, Status=status)
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    built = blog.build()
    assert sorted(path.name.rsplit("-", 1)[0] for path in (built.output / "pictures").glob("*launch*")) == [
        "draft-launch",
        "draft-launch-harvesters",
        "hidden-launch",
        "hidden-launch-harvesters",
    ]
    for name in ("provenance/index.json", "image-sitemap.xml", "credits/index.html", "index.html"):
        assert "launch" not in built.page(name).lower()
    assert "1 picture on this site was redrawn" in built.page("credits/index.html")
    rows = list(verify_files(built.output, built.output))
    assert {row.path.rsplit("-", 1)[0] for row in rows if row.kind == "picture" and "launch" in row.path} == {
        "pictures/draft-launch",
        "pictures/draft-launch-harvesters",
        "pictures/hidden-launch",
        "pictures/hidden-launch-harvesters",
    }
    (draft,) = (built.output / "pictures").glob("draft-launch-harvesters-*")
    (draft / "300.jpg").write_bytes(b"changed")
    assert [row.path for row in verify_files(built.output, built.output) if row.faults] == [
        f"pictures/{draft.name}/300.jpg"
    ]


def test_the_picture_of_a_draft_is_published_once_and_goes_with_its_post(blog):
    post = blog.post("draft", "Words.", Style="harvesters", Photos=PIER, Status="draft")
    pictures = blog.build().output / "pictures"
    (before,) = pictures.glob("pier-harvesters-*")
    facts = (before / "300.jpg").stat()
    blog.build()
    assert (before / "300.jpg").stat() == facts
    blog.post("draft", "Words.", Style="harvesters", Photos=PIER)
    assert f'"pictures/{before.name}"' in blog.build().page("provenance/index.json")
    post.unlink()
    blog.build()
    assert list(pictures.glob("pier-*")) == []


def test_folders_of_the_authors_among_the_pictures_stay_whatever_they_are_called(blog):
    blog.settings.update(STATIC_PATHS=["pictures"])
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    built = blog.build()
    (ours,) = (built.output / "pictures").glob("pier-harvesters-*")
    kept = blog.root / "content/pictures/old-0123456789ab"  # a picture of long ago, for old links to it
    shutil.copytree(ours, kept)
    for name in ("words-0123456789ab/480.jpg", "tide-original-0123456789ab/a.jpg", ".coming-soon/sea.jpg"):
        path = blog.root / "content/pictures" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(b"sea")
    stray = built.output / "pictures/other-0123456789ab"  # which Pelican does not copy
    stray.mkdir()
    (stray / "notes.txt").write_text("mine")
    blog.age()
    blog.build()
    pictures = built.output / "pictures"
    for name in (
        *("old-0123456789ab/300.jpg", "other-0123456789ab/notes.txt", "words-0123456789ab/480.jpg"),
        *("tide-original-0123456789ab/a.jpg", ".coming-soon/sea.jpg"),
    ):
        assert (pictures / name).exists(), name
    assert [row.path for row in verify_files(built.output, built.output) if row.faults] == []
