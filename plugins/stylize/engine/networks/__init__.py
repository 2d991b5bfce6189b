"""The shared network (transformer), the predictor, the VGG encoder, and their weight files."""
