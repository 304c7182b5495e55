"""Writes small files of word vectors with gensim: word_fixtures.py FOLDER."""

import gzip
import json
import pathlib
import sys

import gensim
import numpy

WORDS = ["the", "king", "queen", "man", "woman", "Athens", "Greece", "naïve", "日本", "Ġking", "1", "-", "été\u00a0x"]
WIDTH = 7


def main(folder):
    draw = numpy.random.default_rng(11)
    vectors = gensim.models.KeyedVectors(WIDTH)
    vectors.add_vectors(WORDS, draw.normal(size=(len(WORDS), WIDTH)).astype(numpy.float32))
    vectors.save_word2vec_format(folder / "word2vec.bin", binary=True)
    vectors.save_word2vec_format(folder / "word2vec.txt", binary=False)
    vectors.save_word2vec_format(folder / "glove.txt", binary=False, write_header=False)
    for name in ("word2vec.bin", "word2vec.txt"):
        (folder / f"{name}.gz").write_bytes(gzip.compress((folder / name).read_bytes(), mtime=0))
    read = gensim.models.KeyedVectors.load_word2vec_format(folder / "word2vec.txt", binary=False)
    found = read.most_similar(positive=["king", "woman"], negative=["man"], topn=len(WORDS))
    expected = {
        "gensim": gensim.__version__,
        "words": WORDS,
        "vectors": [[float(value) for value in read[word]] for word in WORDS],
        "nearest": [[word, float(cosine)] for word, cosine in found],
    }
    (folder / "gensim.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
