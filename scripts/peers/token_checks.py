"""Compares ids and offsets of GPT-2's vocabulary with tokenizers, transformers and tiktoken."""

import json

import texts
from commands import forestage
from report import same


def run(report, folder, gpt2):
    chosen = texts.all_of_them()
    as_text = [json.loads(line) for line in lines("--format", "json", "--", *chosen)]
    ids = [line["ids"] for line in as_text]
    special_ids = numbers(lines("--format", "ids", "--special", "--", *chosen))
    count = f"{len(chosen)} texts, {sum(map(len, ids))} ids"

    tokenizers_as_text = gpt2.plain.encode_batch(chosen)
    report.add(
        "ids: tokenize --format ids, json",
        lambda: (count, same("ids", numbers(lines("--format", "ids", "--", *chosen)), ids)),
    )
    report.add("ids: tokenizers", lambda: (count, each(chosen, ids, [e.ids for e in tokenizers_as_text])))
    report.add(
        "ids: tiktoken",
        lambda: (count, each(chosen, ids, [gpt2.tiktoken.encode_ordinary(text) for text in chosen])),
    )
    report.add(
        "offsets: tokenizers",
        lambda: (
            f"{len(chosen)} texts, {sum(map(len, ids))} pairs, as UTF-16 units",
            each(
                chosen,
                [line["offsets"] for line in as_text],
                [utf16(text, encoding.offsets) for text, encoding in zip(chosen, tokenizers_as_text)],
            ),
        ),
    )

    count = f"{len(chosen)} texts, {sum(map(len, special_ids))} ids, <|endoftext|> as a token"
    report.add(
        "ids, --special: tokenizers",
        lambda: (count, each(chosen, special_ids, [e.ids for e in gpt2.special.encode_batch(chosen)])),
    )
    report.add(
        f"ids, --special: transformers' {type(gpt2.transformers).__name__}",
        lambda: (count, each(chosen, special_ids, [gpt2.transformers(text)["input_ids"] for text in chosen])),
    )
    report.add(
        "ids, --special: tiktoken",
        lambda: (
            count,
            each(chosen, special_ids, [gpt2.tiktoken.encode(text, allowed_special="all") for text in chosen]),
        ),
    )
    report.add("ids, --file: tokenizers", lambda: whole_file(folder, gpt2, "\n".join(chosen) + "\0\n\0"))


def whole_file(folder, gpt2, text):
    path = folder / "text.txt"
    path.write_bytes(text.encode())
    (ids,) = numbers(lines("--format", "ids", "--file", path))
    return f"one text of {len(text)} characters with NUL, {len(ids)} ids", same("ids", ids, gpt2.plain.encode(text).ids)


def lines(*arguments):
    printed = forestage("tokenize", *arguments)
    return printed.removesuffix("\n").split("\n")


def numbers(printed):
    return [[int(number) for number in line.split()] for line in printed]


def each(chosen, found, expected):
    if len(found) != len(expected):
        return [f"expected {len(expected)} lines, found {len(found)}"]
    return [
        difference
        for text, ours, theirs in zip(chosen, found, expected)
        for difference in same(repr(text), ours, theirs)
    ]


def utf16(text, offsets):
    """Converts offsets in code points to offsets in UTF-16 units."""
    places = [0]
    for character in text:
        places.append(places[-1] + (2 if ord(character) > 0xFFFF else 1))
    return [[places[start], places[end]] for start, end in offsets]
