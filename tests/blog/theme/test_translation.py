"""The text around the pictures is in the language of its page."""

import json
import re
from html import escape, unescape

import feedparser
import pytest
from fixtures.small_blog import ROOT
from pelican.plugins.stylize.provenance.verify.site_check import verify_files

PIER = "pier.jpg | Ein hölzerner Steg"
CREDIT = 'title = "Steg"\ncreator = "Ana Sol"\nlicense = "CC-BY-SA-3.0"\nsource_url = "https://a.example/1"\n'
BLEND = "harvesters 70%, third-class-carriage 30%"


def words_of(html: str) -> str:
    """Return the text of a page, on one line."""
    html = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


def records_of(built):
    """Return the records of the stylized pictures."""
    pictures = json.loads(built.page("provenance/index.json"))["pictures"]
    return [json.loads(built.page(p["sidecar"]))["record"] for p in pictures if p["stylized"]]


@pytest.fixture
def german(blog):
    """A blog in German, in the theme of the demo."""
    blog.theme = str(ROOT / "theme")
    blog.settings.update(DEFAULT_LANG="de", SITEURL="https://pier.example")
    (blog.root / "content/photos/pier.toml").write_text(CREDIT, "utf-8")
    return blog


def test_a_german_blog_speaks_german_around_its_pictures(german):
    german.post("steg", "Wörter.", Style=BLEND, Strength="0.7", Photos=PIER)
    page = words_of(german.build().page("steg.html"))
    assert (
        "Mit KI verändert Foto: Steg von Ana Sol (CC BY-SA 3.0); von einem neuronalen Netz neu gezeichnet, "
        "mit einer Stärke von 70 %, zu 70 % im Stil von The Harvesters (1565) von Pieter Bruegel the Elder, "
        "Metropolitan Museum of Art, New York, NY, 19.164 (CC0 1.0) und zu 30 % im Stil von The Third-Class "
        "Carriage (ca. 1862–64) von Honoré Daumier, Metropolitan Museum of Art, New York, NY, 29.100.129 "
        "(CC0 1.0). Dieses Bild: Ana Sol, CC BY-SA 4.0."
    ) in page
    assert "Das Foto, genannt, wie CC BY-SA 3.0 es verlangt" in page
    assert "Qualität: schnell (vom Netz gezeichnet), mit einer Stärke von 70 %; die Netze." in page
    assert re.search(r"Entstanden am \d{4}-\d\d-\d\d in \d,\d Sekunden auf inline\.", page)


def test_the_pages_of_a_german_blog_are_german_and_what_is_english_in_them_is_marked(german):
    german.post("steg", "Wörter.", Style="harvesters", Photos=PIER)
    built = german.build()
    pages = {name: built.page(f"{name}/index.html") for name in ("credits", "provenance", "styles")}
    assert "<title>Bildnachweise - Pier</title>" in pages["credits"]
    assert "1 Bild auf dieser Website hat ein neuronales Netz neu gezeichnet" in pages["credits"]
    assert "bei dem „Mit KI verändert“ steht" in pages["provenance"]
    assert '<div lang="en">\n  <p>Three networks' in pages["provenance"]
    assert "1 Geschichte" in words_of(pages["styles"])
    style = built.page("styles/harvesters/index.html")
    assert 'Wie der Stil entstanden ist: <span lang="en">Tuned on the artwork' in style
    assert "In der Sammlung ansehen" in style
    english = ("AI modified", "Photo by", "picture", "This picture", "How this", "in the style of")
    wall = words_of(built.page("index.html"))
    assert "Mit KI verändert, Foto von Ana Sol, nach The Harvesters, CC BY-SA 4.0" in wall
    assert not [words for words in english if words in words_of(built.page("steg.html")) + wall]


def test_each_post_speaks_the_language_that_it_is_written_in(german):
    german.post("steg", "Wörter.", Style="harvesters", Photos=PIER)
    german.post("pier", "Words.", Style="harvesters", Photos=PIER, Lang="en")
    built = german.build()
    english = built.page("pier-en.html")
    assert "AI modified Photo: Steg by Ana Sol" in words_of(english)
    assert 'lang="en"' not in english.replace('<html lang="en">', "")
    assert "Mit KI verändert Foto: Steg von Ana Sol" in words_of(built.page("steg.html"))
    credits = words_of(built.page("credits/index.html"))
    assert "Steg von Ana Sol (CC BY-SA 3.0), in Pier, Steg." in credits  # one photo, in the site's words
    assert not [row for row in verify_files(built.output, built.output) if row.faults]


def test_the_record_has_the_label_of_the_page_while_files_speak_english(german):
    german.post("steg", "Wörter.", Style="harvesters", Photos=PIER)
    built = german.build()
    (record,) = records_of(built)
    assert record["label"] == "Mit KI verändert"
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', built.page("steg.html"))
    (picture,) = json.loads(script)["@graph"]
    assert picture["description"].startswith("Photo: Steg by Ana Sol (CC BY-SA 3.0), redrawn by a neural")
    path = next((built.output / "pictures").glob("pier-harvesters-*/300.jpg"))
    assert b"AI modified. The artwork is a style reference" in path.read_bytes()
    assert "Mit KI verändert".encode() not in path.read_bytes()


def test_a_feed_credits_its_covers_in_the_language_of_the_post(german):
    german.settings.update(FEED_ALL_ATOM="atom.xml", RSS_FEED_SUMMARY_ONLY=False)
    german.post("steg", "Wörter.", Style="harvesters", Photos=PIER)
    (entry,) = feedparser.parse(german.build().output / "atom.xml").entries
    assert entry.rights.startswith("Mit KI verändert. Foto: Steg von Ana Sol (CC BY-SA 3.0); von einem")
    assert entry.rights.endswith(" Dieses Bild: Ana Sol, CC BY-SA 4.0.")


def test_a_language_without_words_is_reported_and_its_pages_say_what_is_english_in_them(german):
    german.post("jetee", "Mots.", Style="harvesters", Photos=PIER, Lang="fr")
    for _ in range(2):  # read, and then cached
        built = german.build()
        assert (
            built.printed.count(
                "STYLIZE: there is no translation for 'fr', so the text around its pictures is English. "
                "Write one in fr.toml: see 'In another language' in docs/provenance.md."
            )
            == 1
        )
    assert '<small><span lang="en">AI modified</span></small>' in built.page("jetee-fr.html")


def test_the_words_of_a_site_are_used_and_an_edit_of_them_is_noticed_by_posts_that_are_cached(german):
    german.stylize.update(words="words")
    german.post("steg", "Wörter.", Style="harvesters", Photos=PIER)
    file = german.root / "words/de.toml"
    file.parent.mkdir()
    for label in ("Von KI <bearbeitet>", "Von KI & Hand"):
        file.write_text(f'[picture]\nlabel = "{label}"\n', "utf-8")
        german.age()
        for _ in range(2):
            built = german.build()
            assert built.code == 0, built.printed
            assert f"<small>{escape(label)}</small>" in built.page("steg.html")
    assert german.drawn() == ["pier.jpg harvesters"]
    assert not [row for row in verify_files(built.output, built.output) if row.faults]


def test_a_mistake_in_the_words_of_a_site_ends_the_build(german):
    german.stylize.update(words="words")
    german.post("steg", "Wörter.", Style="harvesters", Photos=PIER)
    (german.root / "words").mkdir()
    (german.root / "words/de.toml").write_text('[making]\nheadline = "x"\n', "utf-8")
    built = german.build()
    assert built.code == 2
    assert (
        "words/de.toml: there is no phrase 'making.headline'. Did you mean 'making.heading'?" in built.printed
    )


def test_english_says_on_the_page_what_the_record_states(blog):
    blog.post("pier", "![B](pier.jpg){: stylize=none }", Style=BLEND, Strength="0.7", Photos=PIER)
    blog.post("quay", "Words.", Style="harvesters", Photos=PIER)
    blog.settings.update(SITEURL="https://pier.example")
    built = blog.build()
    for name in ("pier.html", "quay.html"):
        page = built.page(name)
        for text in re.findall('"description":"(.*?[^\\\\])"', page):
            assert json.loads(f'"{text}"') in words_of(page)


def test_a_site_without_style_pages_publishes_no_artwork_but_those_next_to_its_pictures(blog):
    blog.stylize.update(style_pages=False)
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    for _ in range(2):  # read, and then cached
        built = blog.build()
        pictures = json.loads(built.page("provenance/index.json"))["pictures"]
        names = sorted(re.sub("-[0-9a-f]{12}$", "", p["folder"]) for p in pictures)
        assert names == ["pictures/harvesters", "pictures/pier", "pictures/pier-harvesters"]
        (artwork,) = (p for p in pictures if p["folder"].startswith("pictures/harvesters-"))
        assert {file["width"] for file in artwork["files"]} == {480}
        assert "The Harvesters (1565) by" in words_of(built.page("credits/index.html"))
        assert "/styles/" not in built.page("pier.html") + built.page("credits/index.html")


def test_an_artwork_that_is_free_only_in_the_united_states_is_warned_about_once(blog):
    blog.stylize.update(country="DE", style_pages=True)
    record = blog.root / "styles/harvesters/style.toml"
    record.write_text(re.sub('license = "CC0-1.0"', 'license = "NOC-US"', record.read_text("utf-8")), "utf-8")
    warning = "the artwork of the style 'harvesters': "
    blog.post("words", "Only words.")
    for _ in range(2):  # read, and then cached
        assert blog.build().printed.count(warning) == 1
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    assert blog.build().printed.count(warning) == 1


def test_a_listing_page_credits_a_plain_photo_too(german):
    german.post("steg", "Wörter.", Style="none", Photos=PIER)
    assert "Foto von Ana Sol, CC BY-SA 3.0" in words_of(german.build().page("index.html"))
