"""What an author asks for: from Markdown and front matter to requests, and back into the page.

`markup` marks the pictures while Markdown becomes HTML; the marks are inert data in that HTML, so
Pelican's cache cannot lose them. `requests` reads them, and the front matter, for the plan;
`marks` puts the figures in their places.
"""
