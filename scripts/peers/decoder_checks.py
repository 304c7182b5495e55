"""Whole GPT-2 models, made by transformers or trained: logits, and the tokens that follow rows of unequal lengths.

The random weights are larger than new ones, so that no part's contribution is lost in rounding. The last random
model has GPT-2's own sizes.
"""

import numpy
import torch
import transformers

import texts
from commands import forestage, java
from report import same

NEW_TOKENS = 12
LOGITS = 3e-6
LOGITS_OF_TRAINED = 1e-6

MODELS = {
    "tiny": dict(vocab_size=101, n_positions=64, n_embd=32, n_layer=2, n_head=4),
    "one head": dict(vocab_size=50, n_positions=40, n_embd=12, n_layer=1, n_head=1, n_inner=100),
    "own head, gelu": dict(
        vocab_size=77, n_positions=48, n_embd=30, n_layer=3, n_head=5, activation_function="gelu",
        layer_norm_epsilon=1e-3, tie_word_embeddings=False,
    ),
    "scaled by layer": dict(
        vocab_size=64, n_positions=64, n_embd=40, n_layer=4, n_head=2, activation_function="relu",
        scale_attn_by_inverse_layer_idx=True, reorder_and_upcast_attn=True,
    ),
    "GPT-2's sizes": dict(n_layer=12, n_head=12),
}  # fmt: skip


def run(report, folder):
    for number, (name, options) in enumerate(MODELS.items()):
        saved = folder / f"decoder-{number}"
        model = random_model(options, number)
        model.save_pretrained(saved)
        imported = folder / f"decoder-{number}-imported"
        forestage("import", "--whole", saved, "--model", imported)
        report.add(f"decoder: {name}", lambda: against(saved, model))
        report.add(f"decoder: {name}, imported whole", lambda: against(imported, model))
        report.add(f"decoder: {name}, transformers opens the import", lambda: opened(imported, model))
    report.add("decoder: train lm --layers 2 --heads 2", lambda: trained(folder / "decoder-trained"))


def trained(saved):
    text = saved.parent / "decoder-trained.txt"
    text.write_text("\n".join(texts.WRITTEN * 3), encoding="utf-8")
    sizes = ["--dim", "16", "--context", "64", "--layers", "2", "--heads", "2"]
    forestage("train", "lm", "--text", text, *sizes, "--epochs", "1", "--threads", "1", "--model", saved)
    model, problems = loaded(saved)
    compared, differences = against(saved, model.eval(), LOGITS_OF_TRAINED)
    differences += same("blocks and heads", (model.config.n_layer, model.config.n_head), (2, 2))
    return compared, problems + differences


def random_model(options, seed):
    torch.manual_seed(seed)
    model = transformers.GPT2LMHeadModel(transformers.GPT2Config(**options)).eval()
    wide = 0.2 if model.config.n_embd < 100 else 0.02
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn(parameter.shape) * (0.1 if parameter.dim() == 1 else wide))
    return model


def prompts(config):
    return [
        [(7919 * (row + 1) * (column + 1)) % config.vocab_size for column in range(length)]
        for row, length in enumerate((17, 3, 1, 24))
    ]


def against(saved, model, limit=LOGITS):
    rows = prompts(model.config)
    found = java("Continue.java", saved, NEW_TOKENS, *(",".join(map(str, row)) for row in rows)).splitlines()
    tokens = [list(map(int, line.split(","))) for line in found[: len(rows)]]
    logits = numpy.fromfile(saved / "logits.f32", "<f4").reshape(-1, model.config.vocab_size)
    with torch.no_grad():
        expected = model(torch.tensor([rows[-1]])).logits[0].numpy()
        apart = float(numpy.abs(logits - expected).max() / numpy.abs(expected).max())
    differences = [] if apart <= limit else [f"logits: expected {limit} apart at most, found {apart}"]
    differences += same("tokens", tokens, generated(model, rows))
    return f"logits {apart:.1e} apart; {NEW_TOKENS} greedy tokens of {len(rows)} rows", differences


def generated(model, rows):
    length = max(map(len, rows))
    ids = torch.tensor([[0] * (length - len(row)) + row for row in rows])
    mask = torch.tensor([[0] * (length - len(row)) + [1] * len(row) for row in rows])
    with torch.no_grad():
        sequences = model.generate(
            ids, attention_mask=mask, do_sample=False, max_new_tokens=NEW_TOKENS, pad_token_id=0,
            eos_token_id=model.config.vocab_size,
        )  # fmt: skip
    return sequences[:, length:].tolist()


def loaded(folder):
    """Returns the model, and the keys that are missing, unexpected or of another shape."""
    model, info = transformers.GPT2LMHeadModel.from_pretrained(folder, dtype=torch.float32, output_loading_info=True)
    return model, [f"{kind}: {sorted(keys)}" for kind, keys in info.items() if keys]


def opened(imported, model):
    again, problems = loaded(imported)
    expected = model.state_dict()
    problems += [name for name, value in again.state_dict().items() if not torch.equal(value, expected[name])]
    return f"{len(expected)} tensors", problems
