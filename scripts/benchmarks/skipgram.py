"""The work of scripts/bench-skipgram, which says what it is; called with gensim's own Python."""

import argparse
import json
import os
import pathlib
import statistics
import struct
import subprocess
import sys
import tempfile
import time

import gensim
import numpy
import scipy.stats

from race import HOME, print_row, say
from sources import NEW_PAGES

LAUNCHER = str(HOME / "scripts/forestage")
LINE_BREAK = 198
WIDTH = 128
STRUCTURE_TOKENS = 500
MIN_STRUCTURE = 0.3
OPTIONS = {"window": "5", "negative": "5", "sample": "1e-3", "min-count": "5"}


def paragraphs(text):
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def seconds(command, env=None):
    begin = time.perf_counter()
    result = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=env)
    if result.returncode != 0:
        sys.exit(f"bench-skipgram: {command[0]}: {result.stderr.decode()[-500:]}")
    return time.perf_counter() - begin


def token_ids(file, option="--file"):
    words = [LAUNCHER, "tokenize", "--format", "ids", option, str(file)]
    return subprocess.run(words, stdout=subprocess.PIPE, check=True).stdout.decode()


class Forestage:
    def __init__(self, folder, threads, epochs):
        self.model = folder / "model"
        self.command = [LAUNCHER, "train", "skipgram", "--text", str(folder / "text.txt"), "--force"]
        self.command += ["--model", str(self.model), "--dim", str(WIDTH), "--epochs", str(epochs)]
        self.command += ["--threads", str(threads)]
        for name, value in OPTIONS.items():
            self.command += ["--" + name, value]

    def train(self):
        return seconds(self.command)

    def vectors(self):
        raw = (self.model / "model.safetensors").read_bytes()
        size = struct.unpack("<Q", raw[:8])[0]
        entry = json.loads(raw[8 : 8 + size])["wte.weight"]
        begin, end = (8 + size + offset for offset in entry["data_offsets"])
        types = {"F32": numpy.float32, "F16": numpy.float16}
        table = numpy.frombuffer(raw[begin:end], types[entry["dtype"]]).astype(numpy.float32).reshape(entry["shape"])
        trained = numpy.load(self.model / "training/trained-tokens.npy")
        return {int(index): table[index] for index in trained}


class Word2Vec:
    def __init__(self, folder, threads, epochs, program):
        self.output = folder / "vectors"
        self.command = [program, "-train", str(folder / "ids.txt"), "-output", str(self.output)]
        self.command += ["-cbow", "0", "-hs", "0", "-size", str(WIDTH), "-iter", str(epochs), "-binary", "1"]
        self.command += ["-threads", str(threads)]
        for name, value in OPTIONS.items():
            self.command += ["-" + name, value]

    def train(self):
        return seconds(self.command)

    def vectors(self):
        return known(gensim.models.KeyedVectors.load_word2vec_format(self.output, binary=True))


class FastText:
    """Without subwords, whose vectors neither of the others has."""

    def __init__(self, folder, threads, epochs, program):
        self.output = folder / "fasttext"
        self.command = [program, "skipgram", "-input", str(folder / "ids.txt"), "-output", str(self.output)]
        self.command += ["-dim", str(WIDTH), "-epoch", str(epochs), "-thread", str(threads), "-minn", "0", "-maxn", "0"]
        self.command += ["-lr", "0.025", "-verbose", "0"]  # word2vec's and gensim's rate
        names = {"window": "-ws", "negative": "-neg", "sample": "-t", "min-count": "-minCount"}
        for name, value in OPTIONS.items():
            self.command += [names[name], value]

    def train(self):
        return seconds(self.command, NEW_PAGES)

    def vectors(self):
        return known(gensim.models.KeyedVectors.load_word2vec_format(f"{self.output}.vec"))


class Gensim:
    def __init__(self, folder, threads, epochs):
        self.options = {"corpus_file": str(folder / "ids.txt"), "sg": 1, "hs": 0, "vector_size": WIDTH, "workers": threads}
        self.options |= {"window": 5, "negative": 5, "sample": 1e-3, "min_count": 5, "epochs": epochs, "seed": 1}

    def train(self):
        begin = time.perf_counter()
        self.trained = gensim.models.Word2Vec(**self.options).wv
        return time.perf_counter() - begin

    def vectors(self):
        return known(self.trained)


def known(words):
    return {int(word): words[word] for word in words.index_to_key if word.isdigit()}


def agreement(vectors, file):
    """Spearman's correlation over the pairs whose words are one token each, with a space before it."""
    pairs = [line.split() for line in pathlib.Path(file).read_text("utf-8").splitlines() if line.strip()]
    ours, people = [], []
    for first, second, score in ((a, b, float(c)) for a, b, c in pairs):
        ids = [SINGLE.get(word) for word in (first, second)]
        if all(each in vectors for each in ids):
            x, y = (vectors[each] for each in ids)
            ours.append(x @ y / numpy.linalg.norm(x) / numpy.linalg.norm(y))
            people.append(score)
    return scipy.stats.spearmanr(ours, people).statistic, len(ours)


def structure(ours, theirs, ids):
    """Spearman's correlation of the cosines of all pairs of some tokens: near 0 if either side learned nothing."""
    common = [each for each in dict.fromkeys(ids) if each in ours and each in theirs][:STRUCTURE_TOKENS]
    upper = numpy.triu_indices(len(common), 1)

    def cosines(vectors):
        table = numpy.stack([vectors[each] for each in common])
        table = table / numpy.linalg.norm(table, axis=1, keepdims=True)
        return (table @ table.T)[upper]

    return scipy.stats.spearmanr(cosines(ours), cosines(theirs)).statistic


SINGLE = {}


def learn_words(files, folder):
    """The ids of the words that are one token."""
    words = sorted({w for file in files for line in pathlib.Path(file).read_text("utf-8").splitlines() for w in line.split()[:2]})
    (folder / "words.txt").write_text("\n".join(" " + word for word in words) + "\n", "utf-8")
    lines = [[]]
    for token in token_ids(folder / "words.txt").split():
        if int(token) == LINE_BREAK:
            lines.append([])
        else:
            lines[-1].append(token)
    for word, ids in zip(words, lines):
        if len(ids) == 1:
            SINGLE[word] = int(ids[0])


def print_rows(times, vectors, ids, tokens):
    """Prints a row for each rival that learned what we learned: seconds for a million tokens."""
    for name in times:
        if name != "forestage":
            found = structure(vectors["forestage"], vectors[name], ids)
            if found > MIN_STRUCTURE:
                per_million = [[1e6 * each / tokens for each in taken] for taken in (times["forestage"], times[name])]
                print_row(f"Skip-gram, {name}", "s/M tokens", list(zip(*per_million)), "≤ 1")
            else:
                say(f"Skip-gram, {name}: not compared: the tables agree by {found:.2f} only, expected {MIN_STRUCTURE}")


def main():
    parser = argparse.ArgumentParser(prog="bench-skipgram")
    parser.add_argument("--word2vec", metavar="PROGRAM")
    parser.add_argument("--pairs", action="append", default=[], metavar="FILE")
    parser.add_argument("--fasttext", metavar="PROGRAM")
    parser.add_argument("--rows", action="store_true", help="print rows of scripts/bench only")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("text", type=pathlib.Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        parts = paragraphs(options.text.read_text("utf-8"))
        (folder / "text.txt").write_text("\n\n".join(parts) + "\n", "utf-8")
        (folder / "lines.txt").write_text("\n".join(parts) + "\n", "utf-8")
        ids = token_ids(folder / "lines.txt").replace(f" {LINE_BREAK} ", "\n")  # windows of all end at paragraphs
        (folder / "ids.txt").write_text(ids)
        tokens = len(ids.split()) * options.epochs
        if options.pairs:
            learn_words(options.pairs, folder)
        sides = {"forestage": Forestage(folder, options.threads, options.epochs)}
        if options.word2vec:
            sides["word2vec"] = Word2Vec(folder, options.threads, options.epochs, options.word2vec)
        if options.fasttext:
            sides["fastText"] = FastText(folder, options.threads, options.epochs, options.fasttext)
        sides["gensim"] = Gensim(folder, options.threads, options.epochs)
        times = {name: [] for name in sides}
        for _ in range(options.rounds):
            for name, side in sides.items():
                times[name].append(side.train())
            line = "  ".join(f"{name} {tokens / taken[-1] / 1e3:.0f} k tokens/s" for name, taken in times.items())
            print(line, file=sys.stderr if options.rows else sys.stdout, flush=True)
        vectors = {name: side.vectors() for name, side in sides.items()}
        if options.rows:
            print_rows(times, vectors, [int(each) for each in ids.split()], tokens)
            return
        rates = {name: [tokens / each for each in taken] for name, taken in times.items()}
        for name in sides:
            ratio = [mine / other for mine, other in zip(rates["forestage"], rates[name])]
            line = f"{name:<10} {statistics.median(rates[name]) / 1e3:6.0f} k tokens/s"
            line += f", ours is {statistics.median(ratio):.2f} times ({min(ratio):.2f}–{max(ratio):.2f})"
            for file in options.pairs:
                value, used = agreement(vectors[name], file)
                line += f", {pathlib.Path(file).stem} {value:.3f} of {used} pairs"
            print(line, flush=True)
        print(f"{options.threads} threads, {tokens // options.epochs} tokens, {options.epochs} epochs, gensim {gensim.__version__}")


main()
