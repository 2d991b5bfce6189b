"""What an author asks for: from a post's text and front matter to requests, and back into the page.

`markdown_extension` writes a placeholder for each picture while Markdown becomes HTML, `rest_directives`
while reStructuredText does, and `html_images` for the images of HTML. Placeholders are plain data in that
HTML, so Pelican's cache cannot lose them. `requests` reads them, and the front matter,
for the plan; `placeholders` replaces them by figures. `photos/` finds the photos and their credits.
"""
