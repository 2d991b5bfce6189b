"""The networks: turns a photo into a picture. Only this package imports torch, and only in a worker process.

`stylizer` is the entry point. `networks` holds the shared network, its predictor and the VGG encoder;
`training` trains a style and `optimize` optimizes a picture, both with the distances of `losses` and, for
large pictures, `tiling`. `evaluation` finds artifacts and scores styles. `graph_networks` draws with
imported networks, which `model_import` converts.
"""
