"""GPT-2's byte-level tokenizer for tiktoken and tokenizers, made from a local file of ranks."""

import tiktoken
import tiktoken_ext.openai_public as openai
import tokenizers

END_OF_TEXT = "<|endoftext|>"


def tiktoken_encoding(path):
    """Returns tiktoken's encoding from a file r50k_base.tiktoken, and the SHA-256 that tiktoken expects of each file."""
    hashes = {}

    def ranks(address, expected_hash):
        hashes["r50k_base"] = expected_hash
        return tiktoken.load.load_tiktoken_bpe(str(path))

    def no_files(vocab_bpe_hash, encoder_json_hash, **addresses):
        hashes["merges.txt"], hashes["vocab.json"] = vocab_bpe_hash, encoder_json_hash
        return {}

    # tiktoken's own definitions, with local files instead of downloads.
    openai.load_tiktoken_bpe, openai.data_gym_to_mergeable_bpe_ranks = ranks, no_files
    encoding = tiktoken.Encoding(**openai.r50k_base())
    openai.gpt2()
    return encoding, hashes


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
