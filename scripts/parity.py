"""Shared by the scripts that write cases for the parity tests: arrays as JSON, and their folder.

A case records PyTorch's version, the instruction set (ATen's "CPU capability"), the number of threads, the
seed, and whether torch.sqrt rounds correctly on that processor. On x86-64 it is MKL's, which rounds correctly
on Intel's processors and not on AMD's. Numbers are printed so that a reader gets the same bits.
"""

import argparse
import json
import pathlib
import zlib

import numpy
import torch

COMMITTED = pathlib.Path(__file__).resolve().parent.parent / "src/test/resources/parity"


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        "--to", type=pathlib.Path, default=COMMITTED, help="the folder to write to; default: the committed one"
    )
    return parser.parse_args()


def rooted(values):
    """The square root rounded correctly, as IEEE 754 requires; NumPy uses the processor's instruction."""
    return torch.from_numpy(numpy.sqrt(values.detach().numpy()))


def square_root():
    values = torch.rand(1 << 16, generator=torch.Generator().manual_seed(0))
    return "correctly rounded" if torch.equal(values.sqrt(), rooted(values)) else "MKL's"


def header(seed):
    return {
        "torch": torch.__version__,
        "cpu": torch.backends.cpu.get_cpu_capability(),
        "threads": torch.get_num_threads(),
        "square_root": square_root(),
        "seed": seed,
    }


def array(tensor):
    kind = {torch.float32: "float32", torch.float64: "float64", torch.int64: "int64", torch.int32: "int32"}
    tensor = tensor.detach()
    values = tensor.reshape(-1).tolist()
    if tensor.dtype == torch.float32:
        # The shortest decimals that read back as the same float32.
        values = [float(str(value)) for value in tensor.reshape(-1).numpy()]
    return {"type": kind[tensor.dtype], "shape": list(tensor.shape), "values": values}


def write(folder, name, make):
    """Writes one case, folder/name/case.json, with a seed derived from its name."""
    seed = zlib.crc32(name.encode())
    torch.manual_seed(seed)
    case = {**header(seed), **{key: array(value) for key, value in make().items()}}
    (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / name / "case.json").write_text(json.dumps(case) + "\n")


def write_grid(folder, name, cases):
    """Writes many cases to one file, folder/name/cases.json: a list of {"name", "options", arrays}."""
    lines = []
    for number, (title, options, make) in enumerate(cases):
        torch.manual_seed(number)
        lines.append(json.dumps({"name": title, **header(number), "options": options, **make()}))
    (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / name / "cases.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
