"""Tokenizers: GPT-2's, and a small one that is trained here."""

import hashlib
import json
import zipfile

import tokenizers
import transformers

from byte_level import END_OF_TEXT, byte_level, hugging_face_files, tiktoken_encoding
from commands import jar
from report import same


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
    path = folder.parent / "r50k_base.tiktoken"
    path.write_bytes(content)
    encoding, hashes = tiktoken_encoding(path)

    vocabulary, merges = hugging_face_files(encoding._mergeable_ranks)
    folder.mkdir()
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges), encoding="utf-8")
    (folder / "config.json").write_text('{"model_type": "gpt2"}')

    def compare():
        digests = [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ("merges.txt", "vocab.json")]
        return (
            "SHA-256 of jtokkit's ranks, and of the merges and vocabulary made from them",
            same("r50k_base", hashlib.sha256(content).hexdigest(), hashes["r50k_base"])
            + same("merges.txt", digests[0], hashes["merges.txt"])
            + same("vocab.json", digests[1], hashes["vocab.json"]),
        )

    report.add("GPT-2's vocabulary: OpenAI's files, by tiktoken's checksums", compare)
    return Gpt2(folder, vocabulary, merges, encoding)


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
