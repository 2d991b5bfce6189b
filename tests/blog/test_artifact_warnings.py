"""Warnings about pictures with artifacts."""

import json

import pytest
from pelican.plugins.stylize.cli import plan

CONFETTI = "confetti on 2.1 % of the picture (limit 0.5 %)"
FLAT = "dead flat areas on 12.0 % of the picture (limit 3.0 %)"
WARNING = f"pier.jpg in 'harvesters': {CONFETTI}, {FLAT}; try a lower strength or another style."


@pytest.fixture
def faulty_blog(blog, monkeypatch):
    """A blog with one post and one picture with artifacts."""
    blog.artifacts = (CONFETTI, FLAT)
    blog.post("pier", "Words.", Style="harvesters", Photos="pier.jpg | A wooden pier")
    monkeypatch.chdir(blog.root)
    return blog


def test_a_picture_with_faults_is_published_with_a_warning(faulty_blog):
    built = faulty_blog.build()
    assert built.code == 0, built.printed
    assert " ".join(built.printed.split()).count(WARNING) == 1
    assert "AI modified" in built.page("pier.html")


def test_a_picture_from_the_store_gives_no_warning(faulty_blog):
    faulty_blog.build()
    built = faulty_blog.build()
    assert "confetti" not in built.printed
    assert "1 picture: 1 from the store, 0 new" in built.printed


def test_the_plan_marks_the_pictures_with_faults_and_no_others(faulty_blog):
    faulty_blog.build()
    faulty_blog.artifacts = ()
    faulty_blog.photo("second.jpg", color="red")
    faulty_blog.post("second", "Words.", Style="harvesters", Photos="second.jpg | Another")
    assert "try a lower strength" not in faulty_blog.build().printed
    _, pier, second, _, fault, summary = plan.plan("pelicanconf.py").splitlines()
    assert pier.endswith("  cached !")
    assert second.endswith("  cached")
    assert fault == f"! {WARNING}"
    assert summary == "2 pictures: 2 from the store, 0 to make"


def test_the_plan_reports_faults_to_programs_too(faulty_blog):
    faulty_blog.build()
    (line,) = json.loads(plan.plan("pelicanconf.py", as_json=True))
    assert line["artifacts"] == [CONFETTI, FLAT]
