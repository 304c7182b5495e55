#!/usr/bin/env python3
"""Writes tiny.safetensors beside this script with nothing but struct and json, so that the reader is
not judged by its own writer.

    python3 make_fixtures.py
"""
import json
import pathlib
import struct

HERE = pathlib.Path(__file__).parent

# name, type, shape, little-endian bytes
TENSORS = [
    ("double", "F64", [2], struct.pack("<2d", 1 / 3, -1e300)),
    ("ids", "I64", [2, 1], struct.pack("<2q", 50256, -1)),
    ("empty", "F32", [0, 4], b""),
    ("wte.weight", "F32", [3, 2], struct.pack("<6f", 0.5, -1.25, 3.0, 1e-40, 0.1, -0.0)),
    ("größe", "F32", [], struct.pack("<f", 1.80)),
    ("wpe.weight", "F16", [2, 2], struct.pack("<4e", 1.5, -2.0, 65504.0, 2.0**-24)),
    # bfloat16 is the upper half of a float32
    ("brain", "BF16", [2], struct.pack("<f", 1.0)[2:] + struct.pack("<f", -3.140625)[2:]),
    ("mask", "BOOL", [3], bytes([1, 0, 1])),
]


def safetensors():
    header = {"__metadata__": {"format": "pt", "made by": "make_fixtures.py"}}
    data = b""
    for name, dtype, shape, content in TENSORS:
        offsets = [len(data), len(data) + len(content)]
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": offsets}
        data += content
    text = json.dumps(header, ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


(HERE / "tiny.safetensors").write_bytes(safetensors())
