"""GGUF files that llama.cpp's own package writes, and model files as llm.c writes them."""

import json

import gguf
import numpy
import safetensors
import safetensors.torch
import torch
import transformers

import texts
import vocabulary
from commands import forestage
from report import same, same_bits

POSITIONS = 61
WIDTH = 64  # whole blocks of Q8_0

TYPES = gguf.GGMLQuantizationType
KINDS = [TYPES.F32, TYPES.F16, TYPES.BF16, TYPES.Q8_0]


def run(report, folder):
    own = vocabulary.trained(texts.WRITTEN, 389)
    own.add_tokens(["<|user|>"])
    for kind in KINDS:
        report.add(f"GGUF: {kind.name}", lambda: against_gguf(folder / f"{kind.name}.gguf", kind, own))
    report.add("GGUF: Q4_0 is refused by name", lambda: refused(folder / "Q4_0.gguf", own))
    for version in (3, 5):
        report.add(f"llm.c, version {version}", lambda: against_llmc(folder / f"llmc-{version}.bin", version))


def write_gguf(path, kind, own):
    """Writes a model with random tables and a tokenizer, as llama.cpp's converter names them."""
    draw = numpy.random.default_rng(kind)
    writer = gguf.GGUFWriter(path, "gpt2")
    writer.add_context_length(POSITIONS)
    writer.add_embedding_length(WIDTH)
    state = json.loads(own.to_str())
    vocab = own.get_vocab(with_added_tokens=True)
    types = dict.fromkeys(vocab, gguf.TokenType.NORMAL)
    for token in state["added_tokens"]:
        types[token["content"]] = gguf.TokenType.CONTROL if token["special"] else gguf.TokenType.USER_DEFINED
    tokens = sorted(vocab, key=vocab.get)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types([types[token] for token in tokens])
    writer.add_token_merges([" ".join(merge) for merge in state["model"]["merges"]])
    add(writer, "token_embd.weight", kind, draw.normal(size=(len(tokens), WIDTH)))
    add(writer, "position_embd.weight", TYPES.F32, draw.normal(size=(POSITIONS, WIDTH)))
    add(writer, "blk.0.ffn_up.weight", TYPES.Q4_0, draw.normal(size=(WIDTH, WIDTH)))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def add(writer, name, kind, values):
    stored = gguf.quants.quantize(values.astype(numpy.float32), kind)
    writer.add_tensor(name, stored, raw_dtype=kind)


def against_gguf(path, kind, own):
    """Embeds with the file and with the folder imported from it; gguf reads the tables."""
    write_gguf(path, kind, own)
    tables = {
        tensor.name: torch.from_numpy(gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(numpy.float32))
        for tensor in gguf.GGUFReader(path).tensors
    }
    imported = path.with_suffix("")
    forestage("import", path, "--model", imported)
    written = texts.SHORT + ["a<|user|> b"]
    rows = [own.encode(text, add_special_tokens=False).ids for text in written]
    differences = []
    for model in (path, imported):
        output = path.with_suffix(f".{'file' if model == path else 'folder'}.safetensors")
        forestage("embed", "--model", model, "--output", output, "--", *written)
        with safetensors.safe_open(output, "pt") as file:
            found = {name: file.get_tensor(name) for name in file.keys()}
        kept = found["attention_mask"].bool()
        for i, row in enumerate(rows):
            differences += same(f"ids of {written[i]!r}", found["ids"][i][kept[i]].tolist(), row)
        vectors = tables["token_embd.weight"][found["ids"]] + tables["position_embd.weight"][found["position_ids"]]
        differences += same_bits("embeddings", found["embeddings"], vectors)
    tokenizer = transformers.AutoTokenizer.from_pretrained(imported)
    encoded = tokenizer(written, add_special_tokens=False)["input_ids"]
    differences += same("AutoTokenizer's ids", encoded, rows)
    return f"{sum(map(len, rows))} ids, the sum of both tables, AutoTokenizer on the import", differences


def refused(path, own):
    write_gguf(path, TYPES.Q4_0, own)
    try:
        forestage("import", path, "--model", path.with_suffix(""))
    except RuntimeError as failure:
        return "the message", [] if "found Q4_0" in str(failure) else [str(failure)]
    return "the message", ["it was imported"]


def against_llmc(path, version):
    """Writes the parameters in llm.c's order, with its padding, and compares the imported tables."""
    torch.manual_seed(version)
    config = transformers.GPT2Config(vocab_size=389, n_positions=POSITIONS, n_embd=WIDTH, n_head=4, n_layer=2)
    model = transformers.GPT2LMHeadModel(config)
    padded = -(-config.vocab_size // 128) * 128
    header = numpy.zeros(256, numpy.int32)
    sizes = (POSITIONS, config.vocab_size, config.n_layer, config.n_head, WIDTH, padded)
    header[:8] = (20240326, version, *sizes)
    base = model.transformer
    with torch.no_grad(), open(path, "wb") as file:
        header.tofile(file)
        for tensor in (
            torch.nn.functional.pad(base.wte.weight, (0, 0, 0, padded - config.vocab_size)),
            base.wpe.weight,
            *(block.ln_1.weight for block in base.h),
            *(block.ln_1.bias for block in base.h),
            *(block.attn.c_attn.weight.T for block in base.h),
            *(block.attn.c_attn.bias for block in base.h),
            *(block.attn.c_proj.weight.T for block in base.h),
            *(block.attn.c_proj.bias for block in base.h),
            *(block.ln_2.weight for block in base.h),
            *(block.ln_2.bias for block in base.h),
            *(block.mlp.c_fc.weight.T for block in base.h),
            *(block.mlp.c_fc.bias for block in base.h),
            *(block.mlp.c_proj.weight.T for block in base.h),
            *(block.mlp.c_proj.bias for block in base.h),
            base.ln_f.weight,
            base.ln_f.bias,
        ):
            kind = torch.float32 if version == 3 else torch.bfloat16
            integers = torch.int32 if version == 3 else torch.int16
            tensor.to(kind).contiguous().view(integers).numpy().tofile(file)
    imported = path.with_suffix("")
    forestage("import", path, "--model", imported)
    found = safetensors.torch.load_file(imported / "model.safetensors")
    kind = torch.float32 if version == 3 else torch.bfloat16
    differences = same("tensors", sorted(found), ["wpe.weight", "wte.weight"])
    for name, table in (("wte.weight", base.wte.weight), ("wpe.weight", base.wpe.weight)):
        expected = table.detach().to(kind)
        differences += same(f"type of {name}", found[name].dtype, kind)
        differences += same_bits(name, found[name].float(), expected.float())
    return "both tables, without the padding", differences
