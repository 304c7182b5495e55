"""Opens the folders of finished trainings with safetensors and transformers."""

import json

import safetensors
import safetensors.torch
import torch
import transformers

import texts
from commands import HOME, forestage
from report import same, same_bits

SMALL = ["--epochs", "1", "--threads", "1"]


def run(report, folder, models):
    text = folder / "training.txt"
    text.write_text("\n".join(texts.WRITTEN * 3), encoding="utf-8")
    rows = folder / "training.tsv"
    lines = [line.replace("\t", " ") for line in texts.WRITTEN if line.strip()]
    rows.write_text("".join(f"{'ab'[i % 2]}\t{line}\n" for i, line in enumerate(lines)), encoding="utf-8")
    other = next(model for model in models if model.name.startswith("GPT2Model") and "tokenizer.json" in model.name)
    tasks = {
        "skipgram": ["--text", text, "--dim", "16", "--min-count", "1"],
        "lm": ["--text", text, "--dim", "16", "--context", "32"],
        "lm --init, another vocabulary": ["--text", text, "--init", other.imported, "--context", "32"],
        "classify --dtype float16": ["--data", rows, "--dim", "16", "--dtype", "float16"],
    }
    for number, (task, arguments) in enumerate(tasks.items()):
        model = folder / f"trained-{number}"
        tokenizer = other.tokenizer if "--init" in task else None
        report.add(f"train {task}", lambda: trained(task.split()[0], arguments, model, tokenizer))
    report.add("models/nano", lambda: opened(HOME / "models/nano", folder / "nano.safetensors", None))


def trained(task, arguments, folder, tokenizer):
    forestage("train", task, *arguments, *SMALL, "--model", folder)
    return opened(folder, folder.parent / f"{folder.name}.safetensors", tokenizer)


def opened(folder, exported, tokenizer):
    forestage("embed", "--model", folder, "--output", exported, "--", *texts.SHORT)
    tables = safetensors.torch.load_file(folder / "model.safetensors")
    with safetensors.safe_open(folder / "model.safetensors", "pt") as file:
        differences = same("metadata", file.metadata(), {"format": "pt"})
    config = transformers.AutoConfig.from_pretrained(folder)
    has_positions = "wpe.weight" in tables
    written = json.loads((folder / "config.json").read_text())
    differences += same("position_embedding_type", written["position_embedding_type"] == "none", not has_positions)
    sizes = {"wte.weight": (config.vocab_size, config.n_embd), "wpe.weight": (config.n_positions, config.n_embd)}
    for name, table in tables.items():
        differences += same(f"shape of {name}", tuple(table.shape), sizes.get(name))
        differences += same(f"{name} is finite", bool(table.float().isfinite().all()), True)
    # transformers initialises missing blocks at random.
    loaded, notes = transformers.GPT2Model.from_pretrained(folder, dtype=torch.float32, output_loading_info=True)
    for name, table in tables.items():
        differences += same_bits(f"GPT2Model's {name}", loaded.get_parameter(name), table.float())
    absent = [key for key in notes["missing_keys"] if not key.startswith(("h.", "ln_f."))]
    differences += same("missing, but blocks", absent, [] if has_positions else ["wpe.weight"])
    differences += same("unexpected", sorted(notes["unexpected_keys"]), [])
    found = safetensors.torch.load_file(exported)
    vectors = tables["wte.weight"].float()[found["ids"]]
    if has_positions:
        vectors = vectors + tables["wpe.weight"].float()[found["position_ids"]]
    differences += same_bits("embeddings", found["embeddings"], vectors)
    names = " + ".join(sorted(name.removesuffix(".weight") for name in tables))
    compared = f"{names} {next(iter(tables.values())).dtype}, config, GPT2Model, embed"
    if tokenizer:
        ids = transformers.AutoTokenizer.from_pretrained(folder)(texts.SHORT)["input_ids"]
        differences += same("ids", ids, tokenizer(texts.SHORT)["input_ids"])
        compared += ", AutoTokenizer's ids"
    return compared.replace("torch.", ""), differences
