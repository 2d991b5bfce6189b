"""Verifies a built site against its own records: is every picture, file and page as it was published?"""
