"""A built site held against its own records: is every picture, file and page what was published?"""
