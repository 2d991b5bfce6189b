"""Blogs that are not ours: where nothing is asked nothing changes; where a post asks, its pages alone do."""

from importlib.util import find_spec

import pytest

from .blogs import BLOGS, ForeignBlog
from .trial import Trial, try_blog

MODULES = {"pelican-i18n-subsites": "pelican.plugins.i18n_subsites", "typogrify": "typogrify"}


@pytest.mark.parametrize("blog", BLOGS, ids=lambda blog: blog.name)
def test_a_blog_changes_only_where_a_post_asks_for_a_picture(blog: ForeignBlog, tmp_path):
    for package in blog.plugins:
        if find_spec(MODULES[package]) is None:
            pytest.skip(f"{package} is not installed: pip install {package}")
    assert try_blog(blog, tmp_path) == Trial()
