"""Writes the twin tables as bare little-endian float32, the form that every other is held against."""

import json
from pathlib import Path

import torch

from twin_tables import tables

for name, table in tables().items():
    (Path(__file__).parent / f"{name}.f32").write_bytes(table.astype("<f4").tobytes())

# imported/ is what `forestage import ../pytorch/plain.pt` writes, and a test holds import to it; here
# the other side reads it.
imported = (Path(__file__).parent / "imported" / "model.safetensors").read_bytes()
length = int.from_bytes(imported[:8], "little")
header = json.loads(imported[8 : 8 + length])
assert header.pop("__metadata__") == {"format": "pt"}
for name, table in tables().items():
    entry = header.pop(f"{name}.weight")
    begin, end = (8 + length + offset for offset in entry["data_offsets"])
    found = torch.frombuffer(bytearray(imported[begin:end]), dtype=torch.float32)
    assert entry["dtype"] == "F32" and torch.equal(
        found.reshape(entry["shape"]), torch.from_numpy(table)
    ), name
assert not header
