"""Photos in, published files out: everything that knows what an image file looks like."""
