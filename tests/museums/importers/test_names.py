import pytest
from pelican.plugins.stylize.museums.importers.names import read_creator
from pelican.plugins.stylize.museums.record import Creator


@pytest.mark.parametrize(
    ("text", "creator"),
    [
        ("Ana Sol", Creator(name="Ana Sol")),
        ("Sol & Vale, sponsor", Creator(name="Sol & Vale", role="sponsor")),
        ("Sol, Ana Maria, 1874-1940, photographer", Creator(name="Sol, Ana Maria", role="photographer", dates="1874-1940")),
        ("Sol, Ana, 1750-1811 (Engraver)", Creator(name="Sol, Ana", role="Engraver", dates="1750-1811")),
        ("Sol, Ana, 1750-1811 (Artist)", Creator(name="Sol, Ana", dates="1750-1811")),
        ("Sol, Ana, 1930-", Creator(name="Sol, Ana", dates="1930-")),
        ("Sol, Ana, fl. 1835-1849", Creator(name="Sol, Ana", dates="fl. 1835-1849")),
        ("Sol, Ana, 1813-ca. 1905", Creator(name="Sol, Ana", dates="1813-ca. 1905")),
        ("Sol, Ana, 1810-18--?", Creator(name="Sol, Ana", dates="1810-18--?")),
        ("Studio 1900", Creator(name="Studio 1900")),
    ],
)  # fmt: skip
def test_names(text, creator):
    assert read_creator(text) == creator


def test_the_role_of_a_field_of_its_own_wins():
    assert read_creator("Sol, Ana, artist", role="printer") == Creator(name="Sol, Ana", role="printer")


def test_no_name():
    assert read_creator(" , ") is None
