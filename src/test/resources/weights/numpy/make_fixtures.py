"""Writes NumPy's files with NumPy itself (made with 1.24.2): the twin tables in every form that NumPy
has for them, a few arrays for the writer to equal, and small ones that the fuzzer begins with. Then
holds written.npz to the twin tables: NpzWriter wrote it, and NpzWriterTest holds NpzWriter to it.
"""

from pathlib import Path

import numpy
from twin_tables import tables

HERE = Path(__file__).parent
SEEDS = HERE.parents[1] / "io/forestage/weights/numpy/NumpyFuzzTestInputs"

TYPES = ["b1", "u1", "i1", "<u2", "<i2", "<u4", "<i4", "<u8", "<i8", "<f2", "<f4", "<f8"]


def save(path, array, version=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file:
        numpy.lib.format.write_array(file, array, version)


for name, table in tables().items():
    save(HERE / f"little/{name}.npy", table.astype("<f4"))
    save(HERE / f"big/{name}.npy", table.astype(">f4"))
    save(HERE / f"half/{name}.npy", table.astype("<f2"))
    save(HERE / f"double/{name}.npy", table.astype("<f8"))
    save(HERE / f"fortran/{name}.npy", numpy.asfortranarray(table))
    save(HERE / f"big-fortran/{name}.npy", numpy.asfortranarray(table.astype(">f8")))
    save(HERE / f"version2/{name}.npy", table, (2, 0))
    save(HERE / f"version3/{name}.npy", table, (3, 0))

fortran = {name: numpy.asfortranarray(table) for name, table in tables().items()}
numpy.savez(HERE / "stored.npz", **tables())
numpy.savez(HERE / "stored-fortran.npz", **fortran)
numpy.savez_compressed(HERE / "compressed.npz", **tables())
numpy.savez_compressed(HERE / "compressed-fortran.npz", **fortran)
numpy.savez(HERE / "no-arrays.npz")
numpy.savez(HERE / "types.npz", **{each.strip("<"): numpy.array([0, 1], each) for each in TYPES})

numpy.save(HERE / "matrix.npy", numpy.arange(6, dtype="<f4").reshape(2, 3))
numpy.save(HERE / "vector.npy", numpy.array([1, -1, 1 << 40], dtype="<i8"))
numpy.save(HERE / "scalar.npy", numpy.array(0.1, dtype="<f8"))

small = numpy.arange(6, dtype="<f4").reshape(2, 3)
save(SEEDS / "npy/little.npy", small)
save(SEEDS / "npy/big-fortran.npy", numpy.asfortranarray(small.astype(">f2")))
save(SEEDS / "npy/version2.npy", numpy.array(7, dtype="u1"), (2, 0))
(SEEDS / "npz").mkdir(parents=True, exist_ok=True)
numpy.savez(SEEDS / "npz/stored.npz", a=small, b=numpy.array(True))
numpy.savez_compressed(SEEDS / "npz/compressed.npz", a=numpy.asfortranarray(small))

with numpy.load(HERE / "written.npz") as found:
    assert found.files == ["model/wte", "wpe", "größe", "none"], found.files
    assert found["model/wte"].tobytes() == tables()["wte"].tobytes()
    assert found["wpe"].tobytes() == tables()["wpe"].tobytes()
    assert found["größe"].dtype == "<i8" and found["größe"] == 1 << 40
    assert found["none"].shape == (0, 3)
