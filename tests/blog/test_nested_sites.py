"""A site in two languages: pelican-i18n-subsites builds the second one inside the run of the first."""

import re
from zlib import crc32

import pelican.plugins.i18n_subsites  # noqa: F401 - of the extra "test"; without it these tests fail, not skip
import pytest
from fixtures.small_blog import Blog
from pelican.plugins.stylize.cli.provenance import verify
from pelican.plugins.stylize.provenance.verify.site_check import verify_files

FAULT = (
    "if task.photo.name == 'pier.jpg': "
    "from pelican.plugins.stylize.model.errors import PhotoError; raise PhotoError('the ink is out.')"
)
ENGLISH = {"Title": "Pier", "Slug": "pier", "Lang": "en", "Style": "harvesters"}
GERMAN = {"Title": "Steg", "Slug": "pier", "Lang": "de", "Style": "harvesters"}


def begin(root) -> Blog:
    """Write a blog with a post in two languages, and one in English alone."""
    blog = Blog.begin(root)
    blog.settings.update(
        PLUGINS=["stylize", "i18n_subsites"],
        SITEURL="https://pier.example",
        I18N_SUBSITES={"de": {"SITENAME": "Steg"}},
        DELETE_OUTPUT_DIRECTORY=False,
    )
    blog.post("en", "Words.", **ENGLISH, Photos="pier.jpg | A pier")
    blog.post("de", "Wörter.", **GERMAN, Photos="pier.jpg | Ein Steg")
    blog.post("quay", "Words.", Lang="en", Style="third-class-carriage", Photos="pier.jpg | A quay")
    return blog


@pytest.fixture(scope="module", params=[("stylize", "i18n_subsites"), ("i18n_subsites", "stylize")])
def built(tmp_path_factory, request):
    """The site in English, German and French, which has no picture, with the plugins in either order."""
    blog = begin(tmp_path_factory.mktemp("nested"))
    blog.settings.update(
        PLUGINS=list(request.param),
        I18N_SUBSITES={"de": {"SITENAME": "Steg"}, "fr": {"SITENAME": "Quai"}},
        I18N_UNTRANSLATED_PAGES="remove",
    )
    blog.post("fr", "Des mots.", Title="Quai", Slug="pier", Lang="fr")
    blog.stylize.update(style_pages=None)
    built = blog.build()
    assert built.code == 0, built.printed
    return built


def locations(sitemap: str) -> list[str]:
    return re.findall("<loc>([^<]*)", sitemap)


def test_each_site_lists_the_pages_that_it_wrote_in_its_own_image_sitemap(built):
    assert locations(built.page("image-sitemap.xml")) == [
        "https://pier.example/pier.html",
        "https://pier.example/quay.html",
    ]
    assert locations(built.page("de/image-sitemap.xml")) == ["https://pier.example/de/pier.html"]


def test_the_pictures_in_a_sitemap_are_those_of_its_pages(built):
    for folder in ("", "de/"):
        sitemap, page = built.page(f"{folder}image-sitemap.xml"), built.page(f"{folder}pier.html")
        (picture,) = re.findall(
            rf"<image:loc>https://pier.example/{folder}(pictures/pier-harvesters-[^<]*)", sitemap
        )
        assert picture in page
        assert (built.output / folder / picture).exists()


def test_each_site_credits_its_own_posts(built):
    assert "https://pier.example/pier.html" in built.page("credits/index.html")
    assert "https://pier.example/quay.html" in built.page("credits/index.html")
    german = built.page("de/credits/index.html")
    assert "https://pier.example/de/pier.html" in german
    assert "quay" not in german


def test_each_site_lists_its_own_posts_on_its_style_pages_and_speaks_its_language_there(built):
    english, german = (built.page(f"{folder}styles/harvesters/index.html") for folder in ("", "de/"))
    assert "https://pier.example/pier.html" in english
    assert "https://pier.example/de/pier.html" in german
    assert "Dieser Stil" not in english
    assert "https://pier.example/de/pictures/" not in english
    assert 'src="https://pier.example/de/pictures/harvesters-' in german


def test_a_post_without_a_translation_has_its_cover_once_in_the_other_language(built):
    assert built.page("de/drafts/quay-en.html").count("<figure") == 1


def test_each_site_has_the_pictures_of_its_own_pages_and_no_others(built):
    for folder in ("", "de/", "fr/"):
        pages = "".join(
            path.read_text("utf-8")
            for path in (built.output / folder).rglob("*.html")
            if folder or not {"de", "fr"} & set(path.relative_to(built.output).parts)
        )
        pictures = [path.name for path in (built.output / folder / "pictures").iterdir()]
        assert pictures
        assert [name for name in pictures if f"/{folder}pictures/{name}/" not in pages] == []


def test_no_url_leaves_its_site(built):
    for path in built.output.rglob("*.xml"):
        assert "/../" not in path.read_text("utf-8")


def test_a_site_whose_posts_have_no_picture_gets_nothing(tmp_path):
    blog = begin(tmp_path)
    blog.settings.update(
        I18N_SUBSITES={"de": {}, "fr": {}},
        I18N_UNTRANSLATED_ARTICLES="remove",
        SITEURL="https://pier.example",
    )
    blog.post("fr", "Des mots.", Title="Quai", Slug="pier", Lang="fr")
    output = blog.build().output
    with_plugin = {p.relative_to(output): p.read_bytes() for p in (output / "fr").rglob("*") if p.is_file()}
    assert (output / "de/credits/index.html").exists()
    blog.settings.update(PLUGINS=["i18n_subsites"], OUTPUT_PATH="without")
    blog.build()
    output = blog.root / "without"
    assert {
        p.relative_to(output): p.read_bytes() for p in (output / "fr").rglob("*") if p.is_file()
    } == with_plugin


def test_stale_pictures_leave_both_sites_and_the_next_build_is_warm(tmp_path):
    blog = begin(tmp_path)
    before = set(blog.build().output.rglob("pictures/pier-*"))
    assert {path.parents[1].name for path in before} == {"output", "de"}
    blog.photo("pier.jpg", color="navy")
    blog.drawn()
    output = blog.build().output
    after = set(output.rglob("pictures/pier-*"))
    assert len(after) == len(before)
    assert after.isdisjoint(before)
    assert len(blog.drawn()) == 2  # once for both sites
    blog.build()
    assert blog.drawn() == []


def test_a_picture_that_cannot_be_made_is_reported_once_when_both_sites_are_written(tmp_path):
    blog = begin(tmp_path)
    blog.fault = FAULT
    built = blog.build()
    assert built.code == 2
    assert "2 pictures could not be made; the place is marked on the page." in built.printed
    assert built.printed.count("could not be made") == 1
    for page in ("pier.html", "quay.html", "de/pier.html"):
        assert "the ink is out." in built.page(page)


def test_both_sites_load_their_posts_from_the_cache(tmp_path):
    blog = begin(tmp_path)
    blog.age()
    blog.build()
    for lang in ("en", "de"):
        cache = blog.root / f".stylize/posts-{lang}.jsonl"
        lines = [line[9:] for line in cache.read_text().splitlines()]
        for alt in ("A pier", "Ein Steg"):
            lines = [line.replace(f'alt=\\"{alt}\\"', 'alt=\\"cached\\"') for line in lines]
        cache.write_text("".join(f"{crc32(line.encode()):08x} {line}\n" for line in lines))
    built = blog.build()
    assert 'alt="cached"' in built.page("pier.html")
    assert 'alt="cached"' in built.page("de/pier.html")


def test_a_budget_is_spent_once_for_both_sites(tmp_path):
    blog = begin(tmp_path)
    blog.remember("optimize", seconds=45)
    blog.stylize.update(quality="best")
    blog.settings.update(STYLIZE_BUDGET=1)
    blog.fault = "print(task.method.quality, file=open('drawn.log', 'a'))"
    blog.photo("steg.jpg", color="red")
    blog.post("de", "Wörter.", **GERMAN, Photos="steg.jpg | Ein Steg")
    assert blog.build().code == 0
    assert sorted(blog.drawn()[1::2]) == ["best", "quick", "quick"]


def test_verify_checks_the_pictures_of_both_sites(tmp_path):
    built = begin(tmp_path).build()
    lines = list(verify(str(built.output)))
    images = [path for path in built.output.rglob("pictures/*/*") if path.suffix in (".avif", ".jpg")]
    assert lines[0] == f"{len(images)} images: all are as they were published."
    picture = next(built.output.glob("de/pictures/pier-harvesters-*/300.jpg"))
    picture.write_bytes(picture.read_bytes()[:-1] + b"x")
    faulty = [row.path for row in verify_files(built.output, built.output) if row.faults]
    assert faulty == [picture.relative_to(built.output).as_posix()]
