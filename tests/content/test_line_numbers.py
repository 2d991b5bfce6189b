"""Messages get the line of the post that they are about."""

import pytest
from pelican.plugins.stylize.content.line_numbers import find_field_line, find_text_line, problem_sort_key

POST = """\
Title: About pier.jpg
Date: 2026-11-03
Style: ink
Photos: one.jpg | With pier.jpg
    pier.jpg | A pier
Strength: 3

![A](pier.jpg){: stylize=ink }

```
![A](pier.jpg){: stylize=inc }
```

![A](pier.jpg){: stylize=inc }
"""


@pytest.fixture(params=["plain", "fenced", "windows"])
def post(request, tmp_path):
    """The same post as plain text, with YAML fences (one line further down), and as Windows writes it."""
    path = tmp_path / "x.md"
    if request.param == "fenced":
        path.write_text("---\n" + POST.replace("Strength: 3\n", "Strength: 3\n---\n"))
    elif request.param == "windows":
        path.write_bytes(b"\xef\xbb\xbf" + POST.replace("\n", "\r\n").encode())
    else:
        path.write_text(POST)
    return path, request.param == "fenced"


def test_a_field_is_found_by_its_name(post):
    path, fenced = post
    assert find_field_line(path, "style") == 3 + fenced
    assert find_field_line(path, "Strength", about="3") == 6 + fenced
    assert find_field_line(path, "nothing") == 0


def test_a_photo_is_found_on_its_own_line_of_photos(post):
    path, fenced = post
    assert find_field_line(path, "photos", about="    pier.jpg") == 5 + fenced


def test_a_picture_of_the_text_is_found_outside_front_matter_and_code(post):
    path, fenced = post
    assert find_text_line(path, "(pier.jpg", "ink") == 8 + 2 * fenced
    assert find_text_line(path, "(pier.jpg", "inc") == 14 + 2 * fenced
    assert find_text_line(path, "nowhere") == 0


def test_problems_sort_by_post_and_line():
    problems = ["b.md:2: x", "a.md:10: x", "a.md:9: x", "a.md: x"]
    assert sorted(problems, key=problem_sort_key) == ["a.md: x", "a.md:9: x", "a.md:10: x", "b.md:2: x"]
