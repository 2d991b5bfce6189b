"""Imported networks as data: a list of operations and their tensors, interpreted with torch.

A worker needs only this package to draw with an imported style. `graph_spec` describes and validates a
network, `operations` and `layers` hold the closed set of operations, `interpreter` runs them. `model_import`
converts networks into this form.
"""
