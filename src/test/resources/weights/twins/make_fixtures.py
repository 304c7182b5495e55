"""Writes the twin tables as bare little-endian float32, the form that every other is held against."""

from pathlib import Path

from twin_tables import tables

for name, table in tables().items():
    (Path(__file__).parent / f"{name}.f32").write_bytes(table.astype("<f4").tobytes())
