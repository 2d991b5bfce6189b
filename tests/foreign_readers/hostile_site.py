"""Builds the blog whose authors type what breaks pages: hostile_site.py FOLDER, with tests/ on the path."""

import shutil
import sys
import tempfile
from pathlib import Path

from blog import Blog
from hostile import write_posts

with tempfile.TemporaryDirectory() as folder:
    blog = Blog.begin(Path(folder))
    write_posts(blog)
    built = blog.build()
    if built.code:
        sys.exit(built.printed)
    shutil.copytree(built.output, sys.argv[1])
