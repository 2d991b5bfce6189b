"""Networks that were trained elsewhere: read, described as operations from a closed set, and run."""
