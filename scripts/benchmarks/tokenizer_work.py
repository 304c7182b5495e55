"""tiktoken's and tokenizers' side of scripts/bench: texts to GPT-2's ids.

The arguments are LIBRARY DATA, and then those of race.py: KIND CALLS THREADS [RESULT]. DATA is the folder that our side
wrote, and KIND the name of texts in it.
"""

import array
import os
import pathlib
import statistics
import sys
import time

library, data, kind, calls, threads = sys.argv[1:6]
os.environ["RAYON_NUM_THREADS"] = threads  # before tokenizers starts its threads
os.environ["TOKENIZERS_PARALLELISM"] = "false" if threads == "1" else "true"
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "peers"))

from byte_level import byte_level, hugging_face_files, tiktoken_encoding  # noqa: E402

END_OF_A_TEXT = -1


def encoder(name, encoding):
    """Returns a function from texts to encodings, and one from an encoding to its ids."""
    if name == "tokenizers":
        tokenizer = byte_level(*hugging_face_files(encoding._mergeable_ranks))
        # The fast variant leaves out the offsets in characters.
        return tokenizer.encode_batch_fast, lambda found: found.ids
    # Its own batch of several threads; for short texts these cost more than they save.
    if threads == "1":
        return lambda texts: [encoding.encode_ordinary(text) for text in texts], lambda found: found
    return lambda texts: encoding.encode_ordinary_batch(texts, num_threads=int(threads)), lambda found: found


def main():
    encoding, _ = tiktoken_encoding(pathlib.Path(data) / "r50k_base.tiktoken")
    texts = (pathlib.Path(data) / f"{kind}.texts").read_bytes().decode().split("\0")[:-1]
    encode, ids = encoder(library, encoding)
    times = []
    for _ in range(int(calls)):
        begin = time.perf_counter()
        found = encode(texts)
        times.append(time.perf_counter() - begin)
    if len(sys.argv) > 6:
        result = array.array("q")
        for text in found:
            result.extend(ids(text))
            result.append(END_OF_A_TEXT)
        pathlib.Path(sys.argv[6]).write_bytes(result.tobytes())
    else:
        print(1000 * statistics.median(times[len(times) // 2 :]))


main()
