"""Writes the twin tables with torch.save in every form that a reader meets; made with torch 2.7.1.

Legacy files name their storages by memory addresses, which differ from run to run. Here each gets
a fixed number instead, in descending order, so that the data come in another order than the tensors.
"""

import argparse
import collections
import io
import pickle
import pickletools
import struct
import zipfile
from pathlib import Path

import torch

from twin_tables import tables

HERE = Path(__file__).parent


def save(name, value, **options):
    torch.save(value, str(HERE / f"{name}.pt"), **options)


def save_both(name, value):
    save(name, value)
    save_legacy(f"{name}-legacy", value)


def save_legacy(name, value, **options):
    buffer = io.BytesIO()
    torch.save(value, buffer, _use_new_zipfile_serialization=False, **options)
    written = renumbered(buffer.getvalue())
    torch.load(io.BytesIO(written), weights_only=False)  # readable again; the file is our own
    (HERE / f"{name}.pt").write_bytes(written)


def renumbered(data):
    stream = io.BytesIO(data)
    for _ in range(3):
        list(pickletools.genops(stream))
    start = stream.tell()
    strings = [value for _, value, _ in pickletools.genops(stream) if isinstance(value, str)]
    listed = stream.tell()
    keys = pickle.load(stream)
    end = stream.tell()
    in_order = sorted(keys, key=strings.index)
    number = {key: str(90000 - i) for i, key in enumerate(in_order)}
    storages = {}
    sizes = element_sizes(data[start:listed])
    for key in keys:
        (count,) = struct.unpack("<q", stream.read(8))
        storages[number[key]] = struct.pack("<q", count) + stream.read(count * sizes[key])
    assert not stream.read()
    head = data[:start] + renamed(data[start:listed], number)
    tail = renamed(pickle.dumps(sorted(keys, key=number.get), protocol=2), number)
    return head + tail + b"".join(storages[key] for key in sorted(storages))


def renamed(data, number):
    parts = []
    ops = list(pickletools.genops(data))
    for (op, value, at), after in zip(ops, [at for _, _, at in ops[1:]] + [len(data)]):
        if value in number and isinstance(value, str):
            text = number[value].encode()
            head = b"\x8c" + bytes([len(text)]) if op.name == "SHORT_BINUNICODE" else b"X" + struct.pack("<i", len(text))
            parts.append(head + text)
        elif op.name != "FRAME":
            parts.append(data[at:after])
    return b"".join(parts)


def element_sizes(data):
    sizes = {}

    class Reader(pickle.Unpickler):
        def persistent_load(self, identity):
            _, storage, key, _, _, _ = identity
            sizes[key] = torch.tensor([], dtype=storage.dtype).element_size()
            return torch.storage.TypedStorage(wrap_storage=torch.UntypedStorage(1 << 12), dtype=storage.dtype)

    Reader(io.BytesIO(data)).load()
    return sizes


def entry(archive, name, data, compression=zipfile.ZIP_STORED):
    info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    archive.writestr(info, data, compress_type=compression)


def repack(source, target, change=lambda name, data: data, without=(), **options):
    """Writes another file's entries anew, but those whose names begin with one of some words."""
    with zipfile.ZipFile(HERE / f"{source}.pt") as old:
        with zipfile.ZipFile(HERE / f"{target}.pt", "w") as new:
            for name in old.namelist():
                name_inside = name.split("/", 1)[1]
                if not name_inside.startswith(tuple(without)):
                    entry(new, f"{target}/{name_inside}", change(name_inside, old.read(name)), **options)


twins = {name: torch.from_numpy(table) for name, table in tables().items()}
wte, wpe = twins["wte"], twins["wpe"]
plain = {"wte.weight": wte, "wpe.weight": wpe}

save_both("plain", plain)

tied = {f"transformer.{name}": table for name, table in plain.items()}
tied["lm_head.weight"] = tied["transformer.wte.weight"]
save_both("tied", tied)

for dtype in [torch.float16, torch.bfloat16, torch.float64]:
    title = str(dtype).split(".")[1]
    save(title, {name: table.to(dtype) for name, table in plain.items()})
save_legacy("float16-legacy", {name: table.half() for name, table in plain.items()})

large = torch.full((40, 12), 7.0)
large[3:22, :6] = wte
rows = torch.full((30, 6), 7.0)
rows[3:22] = wte
save_both("views", {"wte.weight": rows[3:22], "wpe.weight": wpe.t().contiguous().t()})
columns = torch.full((14, 18), 7.0)
columns[::2, 2:14:2] = wpe
save_both("strides", {"wte.weight": large[3:22, :6], "wpe.weight": columns[::2, 2:14:2]})

save_both("parameters", {name: torch.nn.Parameter(table) for name, table in plain.items()})


class Gpt(torch.nn.Module):
    """The input and output of nanoGPT."""

    def __init__(self):
        super().__init__()
        self.transformer = torch.nn.ModuleDict(
            {"wte": torch.nn.Embedding(19, 6), "wpe": torch.nn.Embedding(7, 6)}
        )
        self.lm_head = torch.nn.Linear(6, 19, bias=False)
        self.transformer.wte.weight = self.lm_head.weight
        self.register_buffer("steps", torch.tensor([3, 4]))
        with torch.no_grad():
            self.transformer.wte.weight.copy_(wte)
            self.transformer.wpe.weight.copy_(wpe)


model = Gpt()
save_both("module", model.state_dict())

optimizer = torch.optim.AdamW(model.parameters(), lr=0.0)
for parameter in model.parameters():
    parameter.grad = torch.ones_like(parameter)
optimizer.param_groups[0]["weight_decay"] = 0.0
optimizer.step()
with torch.no_grad():
    model.transformer.wte.weight.copy_(wte)
    model.transformer.wpe.weight.copy_(wpe)
settings = {"n_layer": 1, "n_embd": 6, "vocab_size": 19, "bias": False, "dropout": 0.1, "seed": 2**70}
checkpoint = {
    "model": {f"_orig_mod.{name}": table for name, table in model.state_dict().items()},
    "optimizer": optimizer.state_dict(),
    "model_args": settings,
    "iter_num": 2000,
    "best_val_loss": torch.tensor(3.25),
    "config": dict(settings, device="cpu", dtype=torch.float32, betas=(0.9, 0.95), init=None),
}
save_both("nanogpt", checkpoint)
save("protocol4", checkpoint, pickle_protocol=4)
save_legacy("protocol4-legacy", plain, pickle_protocol=4)

counts = collections.defaultdict(int)
counts["validation"] = -7
save_both(
    "lightning",
    {
        "epoch": 4,
        "state_dict": collections.OrderedDict(plain),
        "hyper_parameters": argparse.Namespace(lr=0.1, path=Path("/data"), device=torch.device("cpu")),
        "counts": counts,
        "tags": {"a"},
        "frozen": frozenset([1]),
        "size": torch.Size([19, 6]),
        "raw": b"\x00\xff",
        "score": wte.numpy().astype("f8")[1, 1],
        "loss": [torch.tensor(1.5), (torch.tensor(2.5),)],
    },
)

save_both(
    "types",
    {
        "bool": torch.tensor([True, False]),
        "uint8": torch.tensor([1, 255], dtype=torch.uint8),
        "int8": torch.tensor([1, -1], dtype=torch.int8),
        "int16": torch.tensor([1, -2], dtype=torch.int16),
        "int32": torch.tensor([1, -3], dtype=torch.int32),
        "int64": torch.tensor([1, -4], dtype=torch.int64),
        "scalar": torch.tensor(0.5),
        "empty": torch.zeros(0, 3),
        "expanded": torch.tensor([9.0]).expand(2, 3),
    },
)

# What versions before 2.1 did not write beside: the byte order, a number for the file, the alignment.
repack("plain", "older", without=("byteorder", ".data/", ".format_version", ".storage_alignment"))


def turned(name, data):
    if name == "byteorder":
        return b"big"
    return b"".join(data[i : i + 4][::-1] for i in range(0, len(data), 4)) if name.startswith("data/") else data


repack("plain", "big-endian", turned)
repack("plain", "deflated", compression=zipfile.ZIP_DEFLATED)
repack("views", "deflated-views", compression=zipfile.ZIP_DEFLATED)
torch.jit.save(torch.jit.script(torch.nn.Identity()), str(HERE / "script.pt"))

# What the fuzz tests start from.
seeds = HERE.parents[1] / "io/forestage/weights/pytorch"
for name in ["plain", "plain-legacy", "deflated", "big-endian", "types", "types-legacy", "views-legacy"]:
    target = seeds / "PyTorchZipFuzzTestInputs/zip" / f"{name}.pt"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes((HERE / f"{name}.pt").read_bytes())
for name in ["plain", "types", "views", "lightning", "protocol4", "parameters"]:
    target = seeds / "PyTorchPickleFuzzTestInputs/pickle" / f"{name}.pkl"
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(HERE / f"{name}.pt") as archive:
        target.write_bytes(archive.read(f"{name}/data.pkl"))
