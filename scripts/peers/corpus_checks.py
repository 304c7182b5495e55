"""What embed --lines writes: opened with NumPy, safetensors, json and pyarrow, and compared with embed's own rows."""

import gzip
import json
import signal
import subprocess
import time

import numpy
import pyarrow.parquet
import safetensors.numpy

from commands import HOME, forestage, run as run_words
from report import same, same_bits

MODEL = HOME / "models/nano"
LINES = ["Hello world", "", " The king greeted the queen.", "naïve – 日本 😀", "\ta\u00a0b", "last line"]


def run(report, folder):
    plain = folder / "lines.txt"
    plain.write_text("\r\n".join(LINES), encoding="utf-8", newline="")
    packed = folder / "lines.bin"
    packed.write_bytes(gzip.compress("".join(line + "\n" for line in LINES).encode()))
    outputs = {ending: folder / f"corpus.{ending}" for ending in ("npy", "safetensors", "jsonl", "parquet")}
    report.add("embed --lines: a vector a line", lambda: pooled(plain, outputs))
    report.add("embed --lines: gzip is the same", lambda: same_as_plain(packed, outputs, folder))
    report.add("embed --lines: a vector a token", lambda: each(plain, folder))
    report.add("embed --lines: a skipped line", lambda: skipped(folder))
    report.add("embed --lines: killed and resumed", lambda: killed(folder))


def expected_rows(folder):
    """The rows that embed itself writes, without its padding."""
    output = folder / "embed.safetensors"
    forestage("embed", "--model", MODEL, "--output", output, "--", *LINES)
    found = safetensors.numpy.load_file(output)
    kept = found["attention_mask"].astype(bool)
    return (
        [found["ids"][i][kept[i]].tolist() for i in range(len(LINES))],
        [found["embeddings"][i][kept[i]] for i in range(len(LINES))],
    )


def embed(source, output, *more):
    forestage("embed", "--model", MODEL, "--lines", source, "--output", output, *more)


def pooled(plain, outputs):
    ids, rows = expected_rows(plain.parent)
    for output in outputs.values():
        embed(plain, output, "--pooling", "last")
    vectors = numpy.stack([row[-1] if len(row) else numpy.zeros(row.shape[1], numpy.float32) for row in rows])
    found = safetensors.numpy.load_file(outputs["safetensors"])
    lines = [json.loads(line) for line in outputs["jsonl"].read_text().splitlines()]
    table = pyarrow.parquet.read_table(outputs["parquet"])
    differences = same_bits(".npy", numpy.load(outputs["npy"]), vectors)
    differences += same_bits(".safetensors", found["embeddings"], vectors)
    differences += same_bits(".jsonl", numpy.array([line["vector"] for line in lines], numpy.float32), vectors)
    differences += same_bits(".parquet", numpy.array(table["vector"].to_pylist(), numpy.float32), vectors)
    differences += same(".safetensors' ids", found["ids"].tolist(), sum(ids, []))
    offsets = [sum(map(len, ids[:i])) for i in range(len(ids) + 1)]
    differences += same(".safetensors' offsets", found["offsets"].tolist(), offsets)
    differences += same(".jsonl's ids", [line["ids"] for line in lines], ids)
    differences += same(".parquet's ids", table["ids"].to_pylist(), ids)
    differences += same(".parquet's lines", table["line"].to_pylist(), list(range(1, len(ids) + 1)))
    return f"{len(LINES)} lines in four formats, to the bit", differences


def same_as_plain(packed, outputs, folder):
    differences = []
    for ending, output in outputs.items():
        other = folder / f"packed.{ending}"
        embed(packed, other, "--pooling", "last")
        differences += same(f".{ending}", other.read_bytes() == output.read_bytes(), True)
    return "all bytes of four formats", differences


def each(plain, folder):
    ids, rows = expected_rows(folder)
    tensors, parquet = folder / "each.safetensors", folder / "each.parquet"
    for output in (tensors, parquet):
        embed(plain, output, "--pooling", "none")
    found = safetensors.numpy.load_file(tensors)
    table = pyarrow.parquet.read_table(parquet)
    vectors = numpy.concatenate(rows)
    differences = same_bits(".safetensors", found["embeddings"], vectors)
    lists = table["vectors"].to_pylist()
    differences += same(".parquet's tokens a line", [len(line) for line in lists], [len(row) for row in ids])
    differences += same_bits(".parquet", numpy.array(sum(lists, []), numpy.float32), vectors)
    return f"{len(vectors)} vectors in two formats, to the bit", differences


def skipped(folder):
    bad = folder / "bad.txt"
    bad.write_bytes(b"one\n\xff\nthree\n")
    array, parquet = folder / "bad.npy", folder / "bad.parquet"
    for output in (array, parquet):
        embed(bad, output, "--on-error", "skip")
    table = pyarrow.parquet.read_table(parquet)
    differences = same(".npy", numpy.isnan(numpy.load(array)).all(axis=1).tolist(), [False, True, False])
    differences += same(".parquet", [row is None for row in table["vector"].to_pylist()], [False, True, False])
    errors = (folder / "bad.npy.errors").read_text()
    differences += same("errors", errors.startswith(f"{bad}, line 2: expected UTF-8"), True)
    return "NaN, null and the list of errors", differences


def killed(folder):
    """Kills a run once it has saved its state, and compares what the resumed one writes."""
    source, whole, output = folder / "long.txt", folder / "long.jsonl", folder / "killed.jsonl"
    source.write_text("".join(f"The {i}th line of many.\n" for i in range(100_000)))
    embed(source, whole)
    words = [HOME / "scripts/forestage", "embed", "--model", MODEL, "--lines", source, "--output", output]
    with subprocess.Popen([str(word) for word in words], stderr=subprocess.DEVNULL) as process:
        state = folder / "killed.jsonl.partial/state.json"
        while process.poll() is None and not (state.exists() and '"lines": 0,' not in state.read_text()):
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
    stopped = json.loads(state.read_text())["lines"] if state.exists() else None
    run_words([*words, "--resume"])
    differences = same("bytes", output.read_bytes() == whole.read_bytes(), True)
    return f"killed after line {stopped} of 100000", differences
