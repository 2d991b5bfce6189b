"""Reads networks that were trained elsewhere and converts them into `graph_networks`.

Only the command `style.import` uses this package. `convert` reads a state dict (`state_dicts`) or an ONNX
file (`onnx_reader`, `onnx_nodes`) and finds out by trials what the network takes (`calibration`). The library
`onnx`, which the extra `import` installs, parses ONNX files. Drawing needs neither this package nor `onnx`.
"""
