"""What the scripts share that write cases for the parity tests: arrays as JSON, and where they go.

A case says which PyTorch made it, for which instruction set (ATen's "CPU capability") and on how many
threads, after which seed, and whether torch.sqrt is rounded correctly on that processor: MKL's, which
it is on x86-64, is on Intel's and is not on AMD's. Numbers are printed so that reading them back gives
the same bits.
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
        "--to", type=pathlib.Path, default=COMMITTED, help="the folder to write to; the committed one if left out"
    )
    return parser.parse_args()


def rooted(values):
    """The square root rounded correctly, as IEEE 754 wants it; NumPy's is the processor's own."""
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
    """One case, folder/name/case.json, seeded by its name."""
    seed = zlib.crc32(name.encode())
    torch.manual_seed(seed)
    case = {**header(seed), **{key: array(value) for key, value in make().items()}}
    (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / name / "case.json").write_text(json.dumps(case) + "\n")


def write_grid(folder, name, cases):
    """Many cases in one file, folder/name/cases.json: a list of {"name", "options", arrays}."""
    lines = []
    for number, (title, options, make) in enumerate(cases):
        torch.manual_seed(number)
        lines.append(json.dumps({"name": title, **header(number), "options": options, **make()}))
    (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / name / "cases.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
