"""Writes checkpoints of TensorFlow's version 2 with nothing but struct: no TensorFlow is needed.

Each holds the twin tables under OpenAI's names, and one tensor that is no table.
"""

import struct
from pathlib import Path

import numpy
from twin_tables import tables

HERE = Path(__file__).parent

MAGIC = 0xDB4775248B80FB57
FLOAT, DOUBLE, STRING, INT64, BFLOAT16, HALF = 1, 2, 7, 9, 14, 19


def crc_table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


CRC_TABLE = crc_table()


def masked_crc(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ CRC_TABLE[(crc ^ byte) & 0xFF]
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def varint(value):
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def number(field, value):
    """A field of protocol buffers; zero is what an absent one means."""
    return varint(field << 3) + varint(value) if value else b""


def message(field, content):
    return varint(field << 3 | 2) + varint(len(content)) + content


def header(shards, big_endian):
    return number(1, shards) + number(2, int(big_endian)) + message(3, number(1, 1))


def entry(dtype, shape, shard, offset, data):
    dimensions = b"".join(message(2, number(1, size)) for size in shape)
    return (
        number(1, dtype)
        + message(2, dimensions)
        + number(3, shard)
        + number(4, offset)
        + number(5, len(data))
        + varint(6 << 3 | 5)
        + struct.pack("<I", masked_crc(data))
    )


def literal(data):
    if not data:
        return b""
    length = len(data) - 1
    if length < 60:
        return bytes([length << 2]) + data
    if length < 256:
        return bytes([60 << 2, length]) + data
    return bytes([61 << 2]) + struct.pack("<H", length) + data


def snappy(data):
    """Repetitions of four bytes or more, wherever the last place of the same four bytes allows."""
    packed = bytearray(varint(len(data)))
    last_place = {}
    start = at = 0
    while at + 4 <= len(data):
        four = data[at : at + 4]
        before = last_place.get(four)
        last_place[four] = at
        if before is None:
            at += 1
            continue
        length = 4
        while at + length < len(data) and length < 64 and data[before + length] == data[at + length]:
            length += 1
        packed += literal(data[start:at])
        distance = at - before
        if length <= 11 and distance < 2048:
            packed += bytes([distance >> 8 << 5 | length - 4 << 2 | 1, distance & 0xFF])
        else:
            packed += bytes([length - 1 << 2 | 2]) + struct.pack("<H", distance)
        at += length
        start = at
    return bytes(packed + literal(data[start:]))


class Block:
    """Keys and values; every few keys one is whole, the others share the beginning of the last."""

    def __init__(self, restart_interval):
        self.interval = restart_interval
        self.content = bytearray()
        self.restarts = [0]
        self.since_restart = 0
        self.last = b""

    def add(self, key, value):
        shared = 0
        if self.since_restart == self.interval:
            self.restarts.append(len(self.content))
            self.since_restart = 0
        elif self.content:
            while shared < min(len(key), len(self.last)) and key[shared] == self.last[shared]:
                shared += 1
        self.content += varint(shared) + varint(len(key) - shared) + varint(len(value))
        self.content += key[shared:] + value
        self.since_restart += 1
        self.last = key

    def finish(self):
        count = len(self.restarts)
        return bytes(self.content) + struct.pack(f"<{count + 1}I", *self.restarts, count)


def table(entries, block_size, compress):
    """Blocks of sorted entries, the empty metaindex, the index block and the footer."""
    written = bytearray()

    def write(content, packed=False):
        handle = varint(len(written))
        stored = (snappy(content) + b"\x01") if packed else (content + b"\x00")
        handle += varint(len(stored) - 1)
        written.extend(stored + struct.pack("<I", masked_crc(stored)))
        return handle

    index = Block(1)
    block = Block(16)
    for key in sorted(entries):
        if len(block.content) >= block_size:
            index.add(block.last, write(block.finish(), compress))
            block = Block(16)
        block.add(key, entries[key])
    index.add(block.last, write(block.finish(), compress))
    footer = write(Block(1).finish()) + write(index.finish(), compress)
    return bytes(written) + footer.ljust(40, b"\0") + struct.pack("<Q", MAGIC)


def checkpoint(name, tensors, shards=1, big_endian=False, block_size=4096, compress=False):
    """tensors: name, type, shape, bytes; they go to the shards by turns."""
    data = [bytearray() for _ in range(shards)]
    entries = {b"": header(shards, big_endian)}
    for turn, (key, dtype, shape, content) in enumerate(tensors):
        shard = turn % shards
        entries[key.encode()] = entry(dtype, shape, shard, len(data[shard]), content)
        data[shard] += content
    (HERE / f"{name}.index").write_bytes(table(entries, block_size, compress))
    for shard, content in enumerate(data):
        (HERE / f"{name}.data-{shard:05d}-of-{shards:05d}").write_bytes(content)


def brain_floats(table):
    """bfloat16 is the upper half of a float32; the twins lose nothing by it."""
    return (table.astype("<f4").view("<u4") >> 16).astype("<u2")


def gpt2(dtype, convert):
    twins = tables()
    bias = numpy.arange(6, dtype="<f4") / 4
    arrays = {"model/wpe": twins["wpe"], "model/wte": twins["wte"], "model/h0/ln_1/b": bias}
    return [
        (name, dtype, array.shape, convert(array).tobytes()) for name, array in arrays.items()
    ]


def floats(array):
    return array.astype("<f4")


def many():
    """Enough names of one beginning for several blocks, of several restarts each."""
    layers = [
        (f"model/h{layer}/{part}/{name}", FLOAT, [], struct.pack("<f", layer + turn / 8))
        for layer in range(1, 13)
        for turn, (part, name) in enumerate(
            (part, name)
            for part in ["attn/c_attn", "attn/c_proj", "ln_1", "ln_2", "mlp/c_fc", "mlp/c_proj"]
            for name in ["b", "w"]
        )
    ]
    return gpt2(FLOAT, floats) + layers


def with_others():
    """What TensorFlow 2 saves beside a model's variables."""
    graph = b"\x05hello"
    steps = struct.pack("<q", 50000)
    return gpt2(FLOAT, floats) + [
        ("_CHECKPOINTABLE_OBJECT_GRAPH", STRING, [], graph),
        ("global_step", INT64, [], steps),
    ]


checkpoint("plain", gpt2(FLOAT, floats))
checkpoint("two-shards", gpt2(FLOAT, floats), shards=2)
checkpoint("half", gpt2(HALF, lambda array: array.astype("<f2")))
checkpoint("bfloat16", gpt2(BFLOAT16, brain_floats))
checkpoint("double", gpt2(DOUBLE, lambda array: array.astype("<f8")))
checkpoint("big-endian", gpt2(FLOAT, lambda array: array.astype(">f4")), big_endian=True)
checkpoint("many", many(), block_size=1024)
checkpoint("snappy", many(), block_size=1024, compress=True)
checkpoint("others", with_others())
