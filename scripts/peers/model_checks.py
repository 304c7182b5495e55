"""Models of transformers with random weights: saved in every form, imported and embedded.

A model saved as float16 or bfloat16 is compared in float32, Forestage's type: transformers' sum in half precision
would be rounded once more.
"""

import concurrent.futures
import dataclasses
import pathlib
import shutil

import huggingface_hub
import numpy
import safetensors
import safetensors.torch
import torch
import transformers

import texts
import vocabulary
from commands import forestage
from report import same, same_bits

HEADS = ["GPT2LMHeadModel", "GPT2Model", "GPT2ForSequenceClassification"]
TYPES = [torch.float32, torch.float16, torch.bfloat16]

SHARD = "40KB"


def save_bin_shards(model, folder):
    # transformers 5 itself no longer writes .bin files; its hub library still does.
    huggingface_hub.save_torch_state_dict(
        model.state_dict(), folder, safe_serialization=False, max_shard_size=SHARD
    )


# The forms of a model's weights. save_pretrained writes a safetensors file to each folder, which the other forms
# replace.
FORMS = {
    "safetensors": None,
    "safetensors shards": lambda model, folder: model.save_pretrained(folder, max_shard_size=SHARD),
    "safetensors variant": lambda model, folder: model.save_pretrained(folder, variant="half"),
    ".bin": lambda model, folder: torch.save(model.state_dict(), folder / "pytorch_model.bin"),
    ".bin shards": save_bin_shards,
    ".bin legacy": lambda model, folder: torch.save(
        model.state_dict(), folder / "pytorch_model.bin", _use_new_zipfile_serialization=False
    ),
}


@dataclasses.dataclass
class Model:
    """A model, the folder it was saved in, and the folder that Forestage imported from it."""

    name: str
    model: transformers.PreTrainedModel
    tokenizer: object  # transformers' own
    as_text: object  # tokenizers' Tokenizer, which treats <|endoftext|> as text
    saved: pathlib.Path
    imported: pathlib.Path

    @property
    def tables(self):
        """Returns wte and wpe as they were saved."""
        base = self.model.base_model
        return {"wte.weight": base.wte.weight.detach(), "wpe.weight": base.wpe.weight.detach()}


def run(report, folder, gpt2):
    own = vocabulary.trained(texts.WRITTEN, 389)
    models = [
        make(folder, head, form, TYPES[(h + f) % len(TYPES)], gpt2, own, f)
        for h, head in enumerate(HEADS)
        for f, form in enumerate(FORMS)
    ]
    with concurrent.futures.ThreadPoolExecutor(2) as two:
        outcomes = list(two.map(lambda model: attempt(import_and_embed, model), models))
    for model, outcome in zip(models, outcomes):
        report.add(model.name, lambda: against(model, outcome))
    for model in models:
        report.add(f"folder: {model.name}", lambda: opened(model))
    exported(report, models[: len(TYPES)])
    return models


def attempt(action, *arguments):
    try:
        return action(*arguments)
    except Exception as failure:
        return failure


def make(folder, head, form, kind, gpt2, own, number):
    """Makes a model with GPT-2's vocabulary, or with another one and sizes that are not powers of two."""
    torch.manual_seed(len(head) * 100 + number)
    small = head != "GPT2LMHeadModel"
    # A small model keeps the default end of text, 50256, as it does for any user.
    config = transformers.GPT2Config(
        vocab_size=own.get_vocab_size() if small else 50257,
        n_positions=61 if small else 64,
        n_embd=33 if small else 32,
        n_head=3 if small else 4,
        n_layer=2,
    )
    model = getattr(transformers, head)(config).to(kind).eval()
    type_name = str(kind).removeprefix("torch.")
    saved = folder / f"{head}-{number}"
    model.save_pretrained(saved)
    save = FORMS[form]
    if save:
        (saved / "model.safetensors").unlink()
        save(model, saved)
    as_text, tokenizer, files = save_tokenizer(saved, gpt2, own if small else None, number)
    return Model(
        f"{head} {type_name}, {form}, {files}", model, tokenizer, as_text, saved, folder / f"{saved.name}-imported"
    )


def save_tokenizer(saved, gpt2, own, number):
    """Saves a tokenizer with a model: tokenizer.json, vocab.json and merges.txt, or none for GPT-2's."""
    as_text = own or gpt2.plain
    if number % 3 == 2 and not own:
        return as_text, gpt2.transformers, "no tokenizer"
    if number % 3 == 1:
        as_text.model.save(str(saved))
        if own is None:
            shutil.copy(gpt2.folder / "vocab.json", saved)
            shutil.copy(gpt2.folder / "merges.txt", saved)
        return as_text, transformers.AutoTokenizer.from_pretrained(saved), "vocab.json + merges.txt"
    tokenizer = gpt2.transformers if own is None else transformers.PreTrainedTokenizerFast(tokenizer_object=own)
    tokenizer.save_pretrained(saved)
    return as_text, tokenizer, "tokenizer.json"


def import_and_embed(model):
    forestage("import", model.saved, "--model", model.imported)
    written = model.saved / "embedded.safetensors"
    forestage("embed", "--model", model.imported, "--output", written, "--", *texts.SHORT)
    if model.name.startswith(HEADS[0]):
        forestage("embed", "--model", model.imported, "--output", written.with_suffix(".npy"), "--", *texts.SHORT)
    return written


def against(model, written):
    """Compares Forestage's vectors with wte(ids) + wpe(positions) and with the first block's input."""
    if isinstance(written, Exception):
        raise written
    with safetensors.safe_open(written, "pt") as file:
        found = {name: file.get_tensor(name) for name in file.keys()}
    wide = model.model.float()
    rows = [model.as_text.encode(text, add_special_tokens=False).ids for text in texts.SHORT]
    mask = found["attention_mask"]
    differences = same("lengths", mask.sum(-1).tolist(), [len(row) for row in rows])
    differences += same("names", sorted(found), ["attention_mask", "embeddings", "ids", "position_ids"])
    vectors = wide.base_model.wte(found["ids"]) + wide.base_model.wpe(found["position_ids"])
    differences += same_bits("embeddings", found["embeddings"], vectors)
    npy = written.with_suffix(".npy")
    if npy.exists():
        differences += same_bits("npy", numpy.load(npy), vectors)
    for i, row in enumerate(rows):
        kept = mask[i].bool()
        differences += same(f"ids of {texts.SHORT[i]!r}", found["ids"][i][kept].tolist(), row)
        differences += same_bits(f"positions {i}", found["position_ids"][i][kept], torch.arange(len(row)))
        (handed,) = first_block_inputs(wide, lambda: wide(torch.tensor([row]), use_cache=False))
        differences += same_bits(f"block 0's input {i}", found["embeddings"][i][kept], handed[0])
    shape = "×".join(map(str, found["embeddings"].shape))
    return f"{sum(map(len, rows))} ids and positions, {shape} float32, block 0's input{', .npy' * npy.exists()}", differences


def first_block_inputs(model, action):
    """Runs an action and returns the inputs of GPT-2's first transformer block."""
    seen = []
    hook = model.base_model.h[0].register_forward_pre_hook(
        lambda block, args, kwargs: seen.append((args[0] if args else kwargs["hidden_states"]).detach().clone()),
        with_kwargs=True,
    )
    try:
        with torch.no_grad():
            action()
    finally:
        hook.remove()
    return seen


def opened(model):
    """Opens the slim folder with safetensors and transformers: it must have the tables and no other tensor."""
    tables = model.tables
    found = safetensors.torch.load_file(model.imported / "model.safetensors")
    stored = tables_as_saved(model)
    differences = same("tensors", sorted(found), sorted(tables))
    for name, table in stored.items():
        differences += same(f"type of {name}", found[name].dtype, table.dtype)
        differences += same_bits(name, raw(found[name]), raw(table))
    config = transformers.AutoConfig.from_pretrained(model.imported)
    saved = transformers.AutoConfig.from_pretrained(model.saved)
    unnamed = {"_name_or_path": ""}
    differences += same("config", config.to_dict() | unnamed, saved.to_dict() | unnamed)
    loaded, notes = transformers.GPT2Model.from_pretrained(
        model.imported, dtype=torch.float32, output_loading_info=True
    )
    differences += same_bits("GPT2Model's wte", loaded.wte.weight, tables["wte.weight"].float())
    differences += same_bits("GPT2Model's wpe", loaded.wpe.weight, tables["wpe.weight"].float())
    missing = notes["missing_keys"]
    differences += same("missing, but blocks", [key for key in missing if not key.startswith(("h.", "ln_f."))], [])
    differences += same("unexpected", sorted(notes["unexpected_keys"]), [])
    compared = f"tables, config, {len(missing)} tensors missing, all of blocks"
    if list(model.imported.glob("tokenizer.json")) + list(model.imported.glob("vocab.json")):
        tokenizer = transformers.AutoTokenizer.from_pretrained(model.imported)
        differences += same("ids", tokenizer(texts.SHORT)["input_ids"], model.tokenizer(texts.SHORT)["input_ids"])
        compared += ", AutoTokenizer's ids"
    return compared, differences


def tables_as_saved(model):
    """Returns the tables in their saved type. Narrowing the widened values restores the saved bits."""
    kind = transformers.AutoConfig.from_pretrained(model.saved).dtype
    return {name: table.to(kind) for name, table in model.tables.items()}


def raw(tensor):
    """Returns the bits as integers, because NumPy has no bfloat16."""
    return tensor.contiguous().view({2: torch.int16, 4: torch.int32}[tensor.element_size()])


def exported(report, models):
    for model in models:
        report.add(f"export safetensors: {model.name.split(',')[0]}", lambda: export_safetensors(model))
        report.add(f"export npz: {model.name.split(',')[0]}", lambda: export_npz(model))


def export_safetensors(model):
    path = model.saved / "exported.safetensors"
    forestage("export", model.imported, "--format", "safetensors", "--output", path)
    found = safetensors.torch.load_file(path)
    with safetensors.safe_open(path, "pt") as file:
        differences = same("metadata", file.metadata(), {"format": "pt"})
    stored = tables_as_saved(model)
    differences += same("tensors", sorted(found), sorted(stored))
    for name, table in stored.items():
        differences += same(f"type of {name}", found[name].dtype, table.dtype)
        differences += same_bits(name, raw(found[name]), raw(table))
    return "safe_open, load_file: both tables, their type, metadata", differences


def export_npz(model):
    path = model.saved / "exported.npz"
    forestage("export", model.imported, "--format", "npz", "--output", path)
    stored = tables_as_saved(model)
    with numpy.load(path, allow_pickle=False) as file:
        found = {name: file[name] for name in file.files}
    differences = same("tensors", sorted(found), ["wpe", "wte"])
    for name, table in stored.items():
        # NumPy has no bfloat16; it is written as float32.
        expected = table if table.dtype == torch.float16 else table.float()
        differences += same_bits(name, found[name.removesuffix(".weight")], expected)
    return "numpy.load: both tables, float16 unchanged, bfloat16 as float32", differences
