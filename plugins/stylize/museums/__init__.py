"""Everything that sends requests to museums. No build does."""
