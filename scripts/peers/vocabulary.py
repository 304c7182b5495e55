"""Tokenizers: GPT-2's, and a small one that is trained here."""

import hashlib
import json
import zipfile

import tiktoken
import tiktoken_ext.openai_public as openai
import tokenizers
import transformers

from commands import jar
from report import same

END_OF_TEXT = "<|endoftext|>"


class Gpt2:
    """GPT-2's tokenizer in each library, and a folder with its files."""

    def __init__(self, folder, vocabulary, merges, tiktokens):
        self.folder = folder
        self.tiktoken = tiktokens
        # plain treats <|endoftext|> as text, special as an added token.
        self.plain = byte_level(vocabulary, merges)
        self.special = byte_level(vocabulary, merges)
        self.special.add_special_tokens([END_OF_TEXT])
        self.transformers = transformers.AutoTokenizer.from_pretrained(folder)


def gpt2(report, folder):
    """Makes GPT-2's tokenizer from jtokkit's ranks, whose checksum must be the one in tiktoken."""
    content = zipfile.ZipFile(jar("jtokkit")).read("com/knuddels/jtokkit/r50k_base.tiktoken")
    found = {}

    def ranks(address, expected_hash):
        found["ranks"] = (hashlib.sha256(content).hexdigest(), expected_hash)
        path = folder.parent / "r50k_base.tiktoken"
        path.write_bytes(content)
        return tiktoken.load.load_tiktoken_bpe(str(path))

    def no_files(vocab_bpe_hash, encoder_json_hash, **addresses):
        found["files"] = (vocab_bpe_hash, encoder_json_hash)
        return {}

    # tiktoken's own definitions, with local files instead of downloads.
    openai.load_tiktoken_bpe, openai.data_gym_to_mergeable_bpe_ranks = ranks, no_files
    encoding = tiktoken.Encoding(**openai.r50k_base())
    openai.gpt2()

    vocabulary, merges = hugging_face_files(encoding._mergeable_ranks)
    folder.mkdir()
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges), encoding="utf-8")
    (folder / "config.json").write_text('{"model_type": "gpt2"}')

    def compare():
        digests = [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ("merges.txt", "vocab.json")]
        return (
            "SHA-256 of jtokkit's ranks, and of the merges and vocabulary made from them",
            same("r50k_base", *found["ranks"])
            + same("merges.txt", digests[0], found["files"][0])
            + same("vocab.json", digests[1], found["files"][1]),
        )

    report.add("GPT-2's vocabulary: OpenAI's files, by tiktoken's checksums", compare)
    return Gpt2(folder, vocabulary, merges, encoding)


def hugging_face_files(ranks):
    """Returns Hugging Face's vocabulary and merges. A token's merge is the two parts that lower ranks leave of it."""
    spelling = byte_spelling(ranks)
    spell = lambda token: "".join(spelling[byte] for byte in token)
    vocabulary = {spell(token): rank for token, rank in sorted(ranks.items(), key=lambda entry: entry[1])}
    vocabulary[END_OF_TEXT] = len(vocabulary)
    merges = []
    for token, rank in sorted(ranks.items(), key=lambda entry: entry[1]):
        if len(token) > 1:
            parts = [bytes([byte]) for byte in token]
            while len(parts) > 2:
                places = range(len(parts) - 1)
                best = min(places, key=lambda i: ranks.get(parts[i] + parts[i + 1], rank))
                parts[best : best + 2] = [parts[best] + parts[best + 1]]
            merges.append((spell(parts[0]), spell(parts[1])))
    return vocabulary, merges


def byte_spelling(ranks):
    """Returns GPT-2's character for each byte: itself if printable, else one from U+0100 on."""
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = [byte for byte in range(256) if byte not in printable]
    return {byte: chr(byte if byte in printable else 256 + others.index(byte)) for byte in range(256)}


def byte_level(vocabulary, merges):
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE(vocabulary, merges))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    return tokenizer


def trained(texts, size):
    """Trains a byte-level tokenizer with another vocabulary."""
    tokenizer = byte_level({}, [])
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=[END_OF_TEXT],
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer
