"""Whether a post asks for a picture, or only has fields that are called like ours."""

import pytest
from pelican.plugins.stylize.content.asking import KnownNames, asks_for_pictures, makes_sense

KNOWN = KnownNames(slugs={"harvesters", "ink"}, has_photo={"pier.jpg", "img/me.jpg", "a, b.jpg"}.__contains__)


def asks(text: str = "<p>Words.</p>", **metadata: object) -> bool:
    return asks_for_pictures(text, metadata, KNOWN)


@pytest.mark.parametrize(
    "metadata",
    [
        {"style": "harvesters"},
        {"style": "harvesters 70%, ink 30%"},
        {"style": "harvesters on sky.png, ink elsewhere"},
        {"style": ["ink", "wave"]},
        {"photos": "pier.jpg"},
        {"photos": ["{static}/photos/PIER.JPG | A pier", "quay.heic"]},
        {"photos": "peir.jpg | A photo whose name is misspelled", "style": "inc"},
        {"photos": "a, b.jpg"},
        {"stlye": "harvesters"},
        {"styles": "ink 50%, harvesters 50%"},
        {"phots": "pier.jpg | A pier"},
        {"photo": "pier.jpg | A pier"},
    ],
)
def test_fields_with_our_meaning_ask(metadata):
    assert asks(**metadata)


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"style": "wide"},
        {"style": "none"},
        {"style": "css/dark.css"},
        {"style": "ink drawing"},
        {"style": 3},
        {"style": None},
        {"photos": ""},
        {"photos": 23},
        {"photos": "Paris 2014"},
        {"photos": "https://flickr.example/pier.jpg"},
        {"photos": "//cdn.example/pier.jpg"},
        {"photos": "img/one.jpg, img/two.jpg"},
        {"photo": "img/me.jpg"},
        {"photo": "x"},
        {"phots": "gone.jpg"},
        {"styles": "wide"},
        {
            "color": "red",
            "tone": "dark",
            "mask": "sky.png",
            "quality": "high",
            "stroke": "2",
            "strength": "5",
        },
        *(
            {name: "harvesters"}
            for name in ("meta", "type", "math", "site", "mood", "host", "length", "tile")
        ),
    ],
)
def test_fields_of_other_themes_and_plugins_do_not_ask(metadata):
    assert not asks(**metadata)


def test_a_text_asks_with_a_picture_or_with_options_that_touch_none():
    assert asks('<figure data-stylize-request="e30="></figure>')
    assert asks("<p><img src='a.jpg'> {: stylize=ink }</p>")
    assert not asks("<pre><code>{: stylize=ink }</code></pre>")
    assert not asks("<p>How to stylize a photo; the attribute is data-stylize=x.</p>")


@pytest.mark.parametrize(
    ("field", "sense", "nonsense"),
    [
        ("style", "none", "wide"),
        ("photos", "nets.jpg | Nets", "Paris"),
        ("quality", "best", "high"),
        ("strength", "70%", "very"),
        ("color", "photo", "red"),
        ("styled-together", "yes", "sometimes"),
    ],
)
def test_a_value_makes_sense_for_a_field_or_not(field, sense, nonsense):
    assert makes_sense(field, sense, known=KNOWN)
    assert not makes_sense(field, nonsense, known=KNOWN)
