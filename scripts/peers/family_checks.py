"""Models of other families that have GPT-2's tables, made by transformers with random weights."""

import sys

import numpy
import safetensors

from commands import HOME, forestage
from report import same, same_bits

sys.path.append(str(HOME / "src/test/resources/weights/families"))
import make_fixtures  # noqa: E402 - the folder of the tests' fixtures, which the same models are

FIRST_ROW = ",".join(map(str, make_fixtures.IDS[0]))


def run(report, folder):
    for name, model, expected in make_fixtures.drawn():
        saved = folder / f"family-{name}"
        report.add(f"family: {name}", lambda: against(saved, model, expected.numpy()[0]))


def against(saved, model, expected):
    """Embeds ids with the saved model, and with the folder imported from it."""
    model.save_pretrained(saved)
    imported = saved.with_name(f"{saved.name}-imported")
    forestage("import", saved, "--model", imported)
    differences = []
    for place in (saved, imported):
        output = place / "embedded.safetensors"
        forestage("embed", "--model", place, "--ids", FIRST_ROW, "--output", output)
        with safetensors.safe_open(output, "np") as file:
            found = file.get_tensor("embeddings").reshape(expected.shape)
            differences += same("ids", file.get_tensor("ids").ravel().tolist(), make_fixtures.IDS[0])
        differences += same_bits(f"embeddings of {place.name}", found, numpy.ascontiguousarray(expected))
    return "the first block's input, before and after the import", differences
