"""Files of word vectors that gensim wrote and reads: word_checks.py FOLDER. Called with gensim's own Python."""

import gzip
import json
import logging
import pathlib
import sys

import gensim
import numpy

from commands import HOME, forestage
from report import Report, same, same_bits

WORDS = 5000
WIDTH = 50
FORMATS = {
    "word2vec": {"binary": True},
    "word2vec-text": {"binary": False},
    "glove": {"binary": False, "no_header": True},
}


def main(folder):
    logging.disable(logging.WARNING)
    report = Report()
    for name in FORMATS:
        for packed in (False, True):
            what = f"gensim's {name} file{', packed by gzip' if packed else ''}: nearest, similarity"
            report.add(what, lambda: reads(folder / f"of-gensim-{name}-{packed}", name, packed))
        report.add(f"export --format {name} opened by gensim", lambda: opens(folder / f"for-gensim-{name}", name))
    for ignore_case in (False, True):
        report.add(
            f"analogies, {'upper and lower case alike' if ignore_case else 'case kept'}",
            lambda: analogies(folder, ignore_case),
        )
    report.add("word pairs", lambda: pairs(folder))
    return report.finish()


def drawn(words, seed):
    """Vectors in groups, so that neighbours are near and analogies have answers."""
    draw = numpy.random.default_rng(seed)
    centres = draw.normal(size=(len(words) // 10 + 1, WIDTH))
    values = centres[numpy.arange(len(words)) // 10] + 0.5 * draw.normal(size=(len(words), WIDTH))
    vectors = gensim.models.KeyedVectors(WIDTH)
    vectors.add_vectors(words, values.astype(numpy.float32))
    return vectors


def named(count):
    return [f"wört{i}" if i % 3 else f"w-{i}'s" for i in range(count)]


def save(vectors, path, name):
    options = FORMATS[name]
    vectors.save_word2vec_format(path, binary=options["binary"], write_header=not options.get("no_header"))


def load(path, name):
    return gensim.models.KeyedVectors.load_word2vec_format(path, **FORMATS[name])


def reads(path, name, packed):
    save(drawn(named(WORDS), 1), path, name)
    theirs = load(path, name)
    if packed:
        data = path.read_bytes()
        path = path.with_suffix(".gz")
        path.write_bytes(gzip.compress(data))
    differences = []
    words = theirs.index_to_key
    asked = [([words[i], words[i + 3]], [words[i + 7]]) for i in range(0, 40, 10)]
    for plus, minus in asked:
        expected = theirs.most_similar(positive=plus, negative=minus, topn=20)
        terms = " + ".join(plus) + " - " + minus[0]
        found = json.loads(forestage("nearest", "--vectors", path, "--format", "json", "--count", "20", terms))
        differences += same(terms, [each["text"] for each in found["nearest"]], [word for word, _ in expected])
        differences += near(terms, [each["cosine"] for each in found["nearest"]], [cosine for _, cosine in expected])
    some = words[:5]
    found = json.loads(forestage("similarity", "--vectors", path, "--format", "json", *some))["pairs"]
    differences += near("cosines", [p["cosine"] for p in found], [theirs.similarity(p["word"], p["other"]) for p in found])
    lengths = [numpy.linalg.norm(theirs[p["word"]] - theirs[p["other"]]) for p in found]
    differences += near("distances", [p["distance"] for p in found], lengths)
    return f"{len(words)} words, {len(asked)} sums, {len(found)} pairs", differences


def near(name, found, expected):
    """gensim computes in float32."""
    if numpy.allclose(found, expected, rtol=0, atol=2e-5):
        return []
    return [f"{name}: expected {expected}, found {found}"]


def opens(path, name):
    model = HOME / "models/nano"
    forestage("export", model, "--format", name, "--output", path)
    theirs = load(path, name)
    forestage("export", model, "--format", "npz", "--output", path.with_suffix(".npz"))
    table = numpy.load(path.with_suffix(".npz"))["wte"].astype(numpy.float32)
    nearest = json.loads(forestage("nearest", "--model", model, "--format", "json", "--count", "1", "king"))
    differences = same("number of words", len(theirs), len(table) - nearest["left_out"])
    rows = numpy.stack([theirs[word] for word in theirs.index_to_key])
    id_of = {row.tobytes(): token for token, row in enumerate(table)}
    ids = [id_of.get(row.tobytes(), -1) for row in rows]  # of the tokens with training, to the bit
    differences += same("rows in the table's order", ids == sorted(set(ids)) and ids[0] >= 0, True)
    for token, word in ((5822, "Ġking"), (262, "Ġthe"), (16599, "Ġqueen")):
        differences += same_bits(word, theirs[word], table[token])
    back = path.with_suffix(".back")
    forestage("import", "--from-words", path, "--model", back)
    forestage("export", back, "--format", "npz", "--output", path.with_suffix(".npz"))
    differences += same_bits("imported again", numpy.load(path.with_suffix(".npz"))["wte"][ids], table[ids])
    return f"{len(rows)} words, bits", differences


def analogies(folder, ignore_case):
    words = [word if i % 4 else word.upper() for i, word in enumerate(named(2000))]
    words += [word.swapcase() for word in words[:200]]
    vectors = drawn(words, 2)
    path = folder / "analogies.bin"
    save(vectors, path, "word2vec")
    draw = numpy.random.default_rng(3)
    lines = []
    for section in range(4):
        lines.append(f": section {section}")
        for _ in range(150):
            a, c = draw.integers(0, 200, size=2) * 10
            offset = draw.integers(1, 10)
            question = [words[a], words[a + offset], words[c], words[c + offset]]
            if draw.random() < 0.2:
                question[draw.integers(4)] = "unknown"
            if draw.random() < 0.3:
                question = [word.lower() for word in question]
            lines.append(" ".join(question))
    questions = folder / "questions.txt"
    questions.write_text("\n".join(lines) + "\n", encoding="utf-8")
    theirs = load(path, "word2vec")
    _, sections = theirs.evaluate_word_analogies(questions, case_insensitive=ignore_case)
    option = ["--ignore-case"] if ignore_case else []
    output = forestage("evaluate", "analogies", "--vectors", path, "--format", "json", *option, questions)
    found = json.loads(output)["sections"]
    differences = []
    for mine, section in zip(found, sections):
        expected = (len(section["correct"]), len(section["correct"]) + len(section["incorrect"]))
        differences += same(section["section"], (mine["correct"], mine["asked"]), expected)
    total = sum(mine["asked"] for mine in found)
    return f"{total} questions, {sum(mine['correct'] for mine in found)} right", differences


def pairs(folder):
    vectors = drawn(named(500), 4)
    path = folder / "pairs.bin"
    save(vectors, path, "word2vec")
    draw = numpy.random.default_rng(5)
    words = vectors.index_to_key
    chosen = [(words[draw.integers(500)], words[draw.integers(500)], draw.integers(0, 11)) for _ in range(300)]
    file = folder / "pairs.tsv"
    file.write_text("".join(f"{one}\t{other}\t{score}\n" for one, other, score in chosen), encoding="utf-8")
    expected = load(path, "word2vec").evaluate_word_pairs(file, case_insensitive=False)[1].statistic
    found = json.loads(forestage("evaluate", "similarity", "--vectors", path, "--format", "json", file))
    return f"{found['used']} pairs", near("Spearman", [found["spearman"]], [expected])


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
