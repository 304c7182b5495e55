"""PyTorch's side of scripts/bench: forward passes and training steps as its users write them.

The arguments are WORK VARIANT DATA, which choose the program, and then those of race.py: KIND CALLS THREADS [RESULT].
DATA is the folder that our side wrote.
"""

import pathlib
import statistics
import sys
import time

import torch

VOCABULARY, POSITIONS, WIDTH = 50257, 1024, 768
BATCHES, CLASSES = 16, 20


def table(rows, width):
    """The formula of DeviceData."""
    n = torch.arange(rows * width, dtype=torch.int64)
    return ((n * 7919 % 10007).float() / 10007 - 0.5).view(rows, width)


def read(file, dtype):
    return torch.from_file(str(file), size=file.stat().st_size // dtype.itemsize, dtype=dtype)


def compared(weight):
    """The rows of a table that our side writes, too."""
    rows = [row for row in range(len(weight)) if row < 128 or row % 400 == 0]
    return weight.detach()[rows].flatten()


class Forward:
    def __init__(self, variant, data, kind):
        batch, length = (int(side) for side in kind.split("x"))
        self.ids = read(data / "uniform.i64", torch.int64)[: batch * length].view(batch, length).clone()
        wte = torch.nn.Embedding.from_pretrained(table(VOCABULARY, WIDTH))
        wpe = torch.nn.Embedding.from_pretrained(table(POSITIONS, WIDTH))
        self.stage = lambda ids: wte(ids) + wpe(torch.arange(ids.shape[1]))
        if variant == "compiled":
            self.stage = torch.compile(self.stage)

    def run(self):
        with torch.no_grad():
            self.vectors = self.stage(self.ids)

    def result(self):
        return self.vectors


class Step:
    """Variants: sparse, and dense with Adam or its fused or compiled form. DENSE is a kind of our side, with dense
    gradients and ids as in text."""

    def __init__(self, variant, data, kind):
        weight = table(VOCABULARY, WIDTH)
        self.table = torch.nn.Embedding.from_pretrained(weight, freeze=False, sparse=variant == "sparse")
        if variant == "sparse":
            self.optimizer = torch.optim.SparseAdam(self.table.parameters())
        else:
            self.optimizer = torch.optim.Adam(self.table.parameters(), fused=variant == "fused")
        self.step = torch.compile(self.optimizer.step) if variant == "compiled" else self.optimizer.step
        name = "uniform" if kind.endswith("UNIFORM") else "zipf"
        self.batches = read(data / f"{name}.i64", torch.int64).view(BATCHES, 8, 1024).clone()
        self.upstream = read(data / "upstream.f32", torch.float32).view(8, 1024, WIDTH).clone()
        self.next = 0

    def run(self):
        self.optimizer.zero_grad()
        self.table(self.batches[self.next % BATCHES]).backward(self.upstream)
        self.step()
        self.next += 1

    def result(self):
        return compared(self.table.weight)


class Bag:
    """The step of a text classifier: one Adam for the table, another for the layer above it."""

    def __init__(self, variant, data, kind):
        width = int(kind)
        self.bag = torch.nn.EmbeddingBag.from_pretrained(
            table(VOCABULARY, width), freeze=False, mode="mean", sparse=variant == "sparse"
        )
        self.head = torch.nn.Linear(width, CLASSES)
        with torch.no_grad():
            self.head.weight.copy_(table(CLASSES, width))
            self.head.bias.zero_()
        rows, fused = {"lr": 1e-3}, variant == "fused"
        if variant == "sparse":
            of_table = torch.optim.SparseAdam(self.bag.parameters(), **rows)
        else:
            of_table = torch.optim.Adam(self.bag.parameters(), fused=fused, **rows)
        self.optimizers = [of_table, torch.optim.Adam(self.head.parameters(), lr=1e-2, fused=fused)]
        lengths = read(data / "bag-lengths.i64", torch.int64).view(BATCHES, -1)
        self.offsets = [torch.cat([torch.zeros(1, dtype=torch.int64), row.cumsum(0)[:-1]]) for row in lengths]
        self.ids = [ids.clone() for ids in read(data / "bag-ids.i64", torch.int64).split(lengths.sum(1).tolist())]
        self.labels = read(data / "bag-labels.i64", torch.int64).view(BATCHES, -1).clone()
        self.losses = []

    def run(self):
        for optimizer in self.optimizers:
            optimizer.zero_grad()
        batch = len(self.losses) % BATCHES
        logits = self.head(self.bag(self.ids[batch], self.offsets[batch]))
        loss = torch.nn.functional.cross_entropy(logits, self.labels[batch])
        loss.backward()
        for optimizer in self.optimizers:
            optimizer.step()
        self.losses.append(loss.item())

    def result(self):
        return torch.cat([torch.tensor(self.losses), self.head.weight.detach().flatten(), compared(self.bag.weight)])


def main():
    name, variant, data, kind, calls, threads = sys.argv[1:7]
    torch.set_num_threads(int(threads))
    work = {"forward": Forward, "step": Step, "bag": Bag}[name](variant, pathlib.Path(data), kind)
    times = []
    for _ in range(int(calls)):
        begin = time.perf_counter()
        work.run()
        times.append(time.perf_counter() - begin)
    if len(sys.argv) > 7:
        work.result().numpy().tofile(sys.argv[7])
    else:
        print(1000 * statistics.median(times[len(times) // 2 :]))


main()
