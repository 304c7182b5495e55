"""The two tables that every weight format's fixture holds.

Each value is exact in float16, bfloat16, float32 and float64, so that whatever type a file stores
them in, float32 comes back the same to the bit.
"""

import numpy

SEED = 20261121


def tables():
    """wte (19, 6) and wpe (7, 6) as float32; not square, and no two rows alike."""
    random = numpy.random.RandomState(SEED)
    wte = random.randint(-127, 128, (19, 6)).astype(numpy.float32) / 64
    wpe = random.randint(-127, 128, (7, 6)).astype(numpy.float32) / 512
    wte[0, :4] = [-0.0, numpy.inf, -numpy.inf, 2.0**-14]
    return {"wte": wte, "wpe": wpe}
