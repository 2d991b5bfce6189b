"""The index: thumbnails, records, rights and style vectors of thousands of items in one local file."""
