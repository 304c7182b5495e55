"""Compares the tokenizer of a model's folder with transformers' AutoTokenizer, for each kind of folder."""

import json

import transformers

import texts
import vocabulary
from commands import forestage
from report import same

GPT2 = "GPT2Tokenizer"
GENERIC = "PreTrainedTokenizerFast"
TEXTS = [
    "hello world",
    " hello",
    "  hello  ",
    "<|user|> hello <|bot|>",
    "<|user|><|bot|>x</s>",
    "hello <|endoftext|> world",
    "a\r\nb\n\nc",
    "naïve 😀 2024!",
    "it's <s>we'll</s>",
]


def run(report, folder):
    """Makes a folder of each kind with a small vocabulary, and compares the ids of texts."""
    plain = vocabulary.trained(texts.all_of_them(), 400)
    size = plain.get_vocab_size()
    user, bot = token("<|user|>"), token("<|bot|>", special=False, normalized=True)
    kinds = {
        "vocab.json, merges.txt": {},
        "merges.txt with CRLF": {"merges.txt": merges(plain, "\r\n")},
        "merges.txt without a header": {"merges.txt": merges(plain, "\n").split("\n", 1)[1]},
        "added_tokens.json": {"added_tokens.json": {"<|bot|>": size + 1, "<|user|>": size}},
        "added_tokens.json, special_tokens_map.json": {
            "added_tokens.json": {"<|user|>": size, "<|bot|>": size + 1},
            "special_tokens_map.json": {"bos_token": "<|user|>", "additional_special_tokens": ["<|bot|>"]},
        },
        "special_tokens_map.json with new tokens": {
            "special_tokens_map.json": {
                "pad_token": "<|bot|>",
                "bos_token": {**user, "lstrip": True},
                "additional_special_tokens": ["</s>"],
            }
        },
        "added_tokens_decoder": config(
            added_tokens_decoder={str(size): user, str(size + 1): bot}, additional_special_tokens=["</s>"]
        ),
        "added_tokens_decoder beside older files": {
            **config(added_tokens_decoder={str(size): user}),
            "added_tokens.json": {"<|bot|>": size},
            "special_tokens_map.json": {"pad_token": "</s>"},
        },
        "add_prefix_space": config(add_prefix_space=True),
        "pad_token of tokenizer_config.json": config(pad_token="<|bot|>"),
    }
    for generic in (False, True):
        for in_file in (False, True):
            for in_config in (None, False, True):
                name = GENERIC if generic else GPT2
                kinds[f"tokenizer.json, add_prefix_space {in_file}, {name} {in_config}"] = {
                    "tokenizer.json": tokenizer_json(plain, in_file),
                    **config(name, **({} if in_config is None else {"add_prefix_space": in_config})),
                }
    kinds["tokenizer.json beside added_tokens.json"] = {
        "tokenizer.json": tokenizer_json(plain, False),
        "added_tokens.json": {"<|user|>": size},
        "special_tokens_map.json": {"pad_token": "<|bot|>"},
    }
    for number, (name, files) in enumerate(kinds.items()):
        place = folder / f"kind-{number}"
        report.add(f"a folder's tokenizer: {name}", lambda: compare(place, plain, files))


def compare(folder, plain, files):
    folder.mkdir()
    usual = {"vocab.json": plain.get_vocab(), "merges.txt": merges(plain, "\n")}
    for name, content in {**usual, **files}.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / name).write_text(text, encoding="utf-8", newline="")
    (folder / "config.json").write_text('{"model_type": "gpt2"}')
    theirs = transformers.AutoTokenizer.from_pretrained(folder)
    values = {"model_type": "gpt2", "vocab_size": len(theirs), "n_positions": 8, "n_embd": 2}
    (folder / "config.json").write_text(json.dumps(values))
    differences = []
    for options, settings in (([], {"split_special_tokens": True}), (["--special"], {})):
        printed = forestage("tokenize", "--model", folder, "--format", "ids", *options, "--", *TEXTS)
        ours = [[int(number) for number in line.split()] for line in printed.removesuffix("\n").split("\n")]
        for text, found in zip(TEXTS, ours, strict=True):
            expected = theirs(text, add_special_tokens=False, **settings)["input_ids"]
            differences += same(f"{text!r} {options}", found, expected)
    return f"{len(TEXTS)} texts, special tokens as text and as tokens, V {len(theirs)}", differences


def config(name=GPT2, **values):
    return {"tokenizer_config.json": {"tokenizer_class": name, **values}}


def token(content, special=True, normalized=False):
    flags = {"lstrip": False, "rstrip": False, "single_word": False}
    return {"content": content, "special": special, "normalized": normalized, **flags}


def merges(tokenizer, line_break):
    pairs = json.loads(tokenizer.to_str())["model"]["merges"]
    lines = [pair if isinstance(pair, str) else " ".join(pair) for pair in pairs]
    return "".join(line + line_break for line in ["#version: 0.2", *lines])


def tokenizer_json(tokenizer, prefix_space):
    content = json.loads(tokenizer.to_str())
    content["pre_tokenizer"]["add_prefix_space"] = prefix_space
    return content
