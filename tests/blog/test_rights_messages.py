"""What a license forbids is marked in a build, ends a build for publishing, and can be cleared by a person."""

import pytest

GOOD = {"Style": "harvesters", "Photos": "pier.jpg | A wooden pier"}
FORBIDDEN = (
    "content/pier.md:3: the photo pier.jpg cannot be used: CC BY-ND 4.0 does not allow adaptations to be "
    "published (section 2(a)(1)(B)). Show the photo plain (stylize=none) or choose another photo."
)


def credit(blog, license: str, *, photo: str = "pier", rights: str = "") -> None:
    text = f'title = "Pier"\ncreator = "Ben"\nlicense = "{license}"\n{rights}'
    (blog.root / f"content/photos/{photo}.toml").write_text(text)


def artwork(blog, license: str, *, rights: str = "") -> None:
    path = blog.root / "styles/harvesters/style.toml"
    path.write_text(path.read_text().replace("CC0-1.0", license) + rights)


def test_a_build_marks_what_a_license_forbids_and_makes_no_picture_of_it(blog):
    credit(blog, "CC-BY-ND-4.0")
    blog.stylize.update(originals=True)
    blog.post("pier", "Words.", **GOOD)
    for _ in range(2):
        built = blog.build()
        assert built.code == 0, built.printed
        assert built.printed.count(FORBIDDEN) == 1
        page = built.page("pier.html")
        assert "This picture has a problem." in page
        assert "CC BY-ND 4.0 does not allow adaptations" in page
        assert not list(built.output.glob("pictures/pier-*"))
    assert blog.drawn() == []


def test_publishing_stops_with_all_that_licenses_forbid(blog):
    credit(blog, "CC-BY-ND-4.0")
    blog.photo("inc.jpg")
    credit(blog, "INC", photo="inc")
    blog.post("pier", "![A](inc.jpg){: stylize=none }", **GOOD)
    blog.stylize.update(placeholders=False)
    built = blog.build()
    assert built.code == 2
    assert FORBIDDEN in built.printed
    assert (
        "content/pier.md:6: the photo inc.jpg cannot be shown: In Copyright gives no permission, and a missing "
        "statement is none either. Choose another photo, or write the permission you have under [rights] in "
        "inc.toml." in built.printed
    )
    assert "2 problems; nothing was published." in built.printed
    assert not (built.output / "pier.html").exists()


def test_a_person_may_decide_about_a_photo(blog):
    blog.post("pier", "Words.", **GOOD)
    blog.stylize.update(placeholders=False)
    credit(blog, "FAL")
    assert "[rights] in pier.toml" in blog.build().printed
    rights = '[rights]\ndecision = "Adaptations allowed, article 2.2."\nby = "Ana Sol"\non = 2026-11-22\n'
    credit(blog, "FAL", rights=rights)
    for _ in range(2):  # read, then remembered
        built = blog.build()
        assert built.code == 0, built.printed
        assert "pictures/pier-harvesters-" in built.page("pier.html")
        blog.age()


def test_a_decision_without_a_name_and_a_day_is_reported(blog):
    credit(blog, "FAL", rights='[rights]\ndecision = "Read."\n')
    blog.post("pier", "Words.", **GOOD)
    built = blog.build()
    assert built.code == 2
    for name, sample in (("by", '"..."'), ("on", "2026-11-22")):
        assert (
            f"content/photos/pier.toml [rights]: '{name}' is missing. Add a line: {name} = {sample}"
            in built.printed
        )


def test_a_person_may_decide_about_an_artwork(blog):
    blog.post("pier", "Words.", **GOOD)
    artwork(blog, "REVIEW")
    built = blog.build()
    assert (
        "the artwork of the style 'harvesters' cannot be used: a person has to read its terms"
        in built.printed
    )
    assert "This picture has a problem." in built.page("pier.html")
    assert not (built.output / "styles/harvesters/index.html").exists()
    artwork(blog, "REVIEW", rights='\n[rights]\ndecision = "Read."\nby = "Ana Sol"\non = 2026-11-22\n')
    blog.age()
    for _ in range(2):  # the library read, then remembered
        built = blog.build()
        assert built.code == 0, built.printed
        assert "This picture has a problem." not in built.page("pier.html")
        assert (built.output / "styles/harvesters/index.html").exists()


def test_an_artwork_that_nobody_may_show_has_no_page_and_does_not_stop_the_others(blog):
    artwork(blog, "INC")
    blog.stylize.update(placeholders=False)
    blog.post("pier", "Words.", **{**GOOD, "Style": "third-class-carriage"})
    built = blog.build()
    assert built.code == 0, built.printed
    assert (
        "styles/harvesters/style.toml: the artwork of the style 'harvesters' cannot be shown: In Copyright gives "
        "no permission" in built.printed
    )
    assert not (built.output / "styles/harvesters/index.html").exists()
    assert not list(built.output.glob("pictures/harvesters-*"))
    assert (built.output / "styles/third-class-carriage/index.html").exists()


def test_every_build_warns_of_works_that_are_free_in_the_united_states_alone(blog):
    credit(blog, "NOC-US")
    blog.stylize.update(country="DE")
    blog.post("pier", "![Again](pier.jpg){: stylize=third-class-carriage }", **GOOD)
    blog.post("again", "Words.", **GOOD)
    blog.build()
    blog.age()
    for _ in range(2):  # read, then remembered
        built = blog.build()
        assert built.code == 0, built.printed
        assert (
            built.printed.count("the photo pier.jpg: No Copyright - United States covers only the law") == 1
        )
    assert "United States covers only" in (blog.root / ".stylize/posts-en.jsonl").read_text()
    blog.stylize.update(country="US")
    assert "covers only the law" not in blog.build().printed


@pytest.mark.parametrize("change", [{"commercial": True}, {"license": "CC-BY-SA-4.0"}, {"country": "FR"}])
def test_a_change_of_these_settings_reads_every_post_again(blog, change):
    blog.post("pier", "Words.", **GOOD)
    blog.settings.update(DELETE_OUTPUT_DIRECTORY=False)
    blog.age()
    blog.build()
    memory = blog.root / ".stylize/posts-en.jsonl"
    before = memory.read_text()
    blog.stylize.update(change)
    blog.age()
    blog.build()
    assert memory.read_text().splitlines()[0] != before.splitlines()[0]


def test_a_commercial_site_is_refused_what_is_for_others_and_the_author_is_not(blog):
    blog.stylize.update(
        commercial=True, placeholders=False, author={"name": "Ana", "license": "CC-BY-NC-ND-4.0"}
    )
    blog.post("pier", "Words.", **GOOD)
    assert blog.build().code == 0
    credit(blog, "CC-BY-NC-2.0")
    built = blog.build()
    assert built.code == 2
    assert "CC BY-NC 2.0 does not allow commercial use" in built.printed
