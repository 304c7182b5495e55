"""Left-padded batches: the positions and vectors that transformers' generation computes."""

import safetensors
import safetensors.torch
import torch

import model_checks
import texts
from commands import java
from report import same, same_bits

NEW_TOKENS = 4


def run(report, folder, models):
    chosen = [model for model in models if model.name.startswith("GPT2LMHeadModel")][: len(model_checks.TYPES)]
    generated = [generate(model, folder) for model in chosen]
    try:
        arguments = [argument for model, files in zip(chosen, generated) for argument in (model.imported, files.folder)]
        java("LeftPadded.java", *arguments)
    except Exception as failure:
        report.add("left-padded batches", lambda: ("-", [str(failure)]))
        return
    for model, expected in zip(chosen, generated):
        kind = model.name.split(",")[0]
        report.add(f"left padding: {kind}", lambda: prompt(expected))
        report.add(f"generated after left padding: {kind}", lambda: steps(expected))


class Generation:
    """The inputs of wpe and the first block in generate(), for the prompt and each token after it."""

    def __init__(self, folder, ids, mask, positions, vectors):
        self.folder = folder
        self.ids = ids
        self.mask = mask
        self.positions = positions
        self.vectors = vectors


def generate(model, folder):
    wide = model.model.float()
    rows = [model.as_text.encode(text, add_special_tokens=False).ids for text in texts.SHORT]
    length = max(map(len, rows))
    pad = wide.config.eos_token_id
    ids = torch.tensor([[pad] * (length - len(row)) + row for row in rows])
    mask = torch.tensor([[0] * (length - len(row)) + [1] * len(row) for row in rows])
    positions = []
    hook = wide.base_model.wpe.register_forward_pre_hook(lambda wpe, args: positions.append(args[0].clone()))
    sequences = []
    vectors = model_checks.first_block_inputs(
        wide,
        lambda: sequences.append(
            wide.generate(
                ids,
                attention_mask=mask,
                max_new_tokens=NEW_TOKENS,
                min_new_tokens=NEW_TOKENS,
                do_sample=False,
                pad_token_id=pad,
            )
        ),
    )
    hook.remove()
    where = folder / f"left-{model.saved.name}"
    where.mkdir()
    (where / "texts.txt").write_text("\0".join(texts.SHORT), encoding="utf-8")
    safetensors.torch.save_file({"sequences": sequences[0].contiguous()}, where / "generated.safetensors")
    return Generation(where, ids, mask, positions, vectors)


def prompt(expected):
    found = safetensors.torch.load_file(expected.folder / "prompt.safetensors")
    kept = expected.mask.bool()
    differences = same_bits("ids", found["ids"], expected.ids)
    differences += same_bits("attention_mask", found["attention_mask"], expected.mask)
    differences += same_bits("positions at tokens", found["position_ids"][kept], expected.positions[0][kept])
    differences += same_bits("vectors at tokens", found["embeddings"][kept], expected.vectors[0][kept])
    at_pads = [sorted(set(positions[~kept].tolist())) for positions in (found["position_ids"], expected.positions[0])]
    shape = "×".join(map(str, found["embeddings"].shape))
    return (
        f"ids, mask; positions, {shape} at tokens (pads: ours {at_pads[0]}, theirs {at_pads[1]})",
        differences,
    )


def steps(expected):
    found = safetensors.torch.load_file(expected.folder / "steps.safetensors")
    positions = torch.cat([step.expand(len(texts.SHORT), 1) for step in expected.positions[1:]], 1)
    vectors = torch.cat(expected.vectors[1:], 1)
    differences = same("steps", vectors.shape[1], NEW_TOKENS - 1)
    differences += same_bits("positions", found["position_ids"], positions)
    differences += same_bits("vectors", found["embeddings"], vectors)
    return f"{vectors.shape[1]} steps with a cache: positions, vectors of {vectors.shape[0]} rows", differences
