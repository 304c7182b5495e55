"""Writes zips with Python's zipfile (made with 3.11), each with the same two entries; and small ones
that the fuzzer begins with.
"""

import io
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
SEEDS = HERE.parents[1] / "io/forestage/weights/zip/ZipArchiveFuzzTestInputs/zip"

SQUARES = bytes(((i * i) >> 12) & 0xFF for i in range(100_003))
ENTRIES = {"folder/squares": SQUARES, "größe": b"1.80"}
SMALL = {"a/b": bytes(range(9)) * 3, "größe": b""}


class OneWay(io.RawIOBase):
    """A stream that cannot be sought, so that sizes and checksums come after the data."""

    def __init__(self):
        self.written = b""

    def writable(self):
        return True

    def write(self, data):
        self.written += bytes(data)
        return len(data)


def packed(entries, method, comment=b"", target=None):
    target = target or io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.comment = comment
        for name, data in entries.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = method
            archive.writestr(entry, data)
    return target.written if isinstance(target, OneWay) else target.getvalue()


def write(folder, entries):
    (folder / "stored.zip").write_bytes(packed(entries, zipfile.ZIP_STORED, b"a comment"))
    (folder / "deflated.zip").write_bytes(packed(entries, zipfile.ZIP_DEFLATED))
    (folder / "streamed.zip").write_bytes(packed(entries, zipfile.ZIP_DEFLATED, target=OneWay()))
    limits = zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT
    # Every size, position and count as a 64-bit number.
    zipfile.ZIP64_LIMIT = zipfile.ZIP_FILECOUNT_LIMIT = -1
    (folder / "zip64.zip").write_bytes(packed(entries, zipfile.ZIP_DEFLATED))
    zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = limits


SEEDS.mkdir(parents=True, exist_ok=True)
write(HERE, ENTRIES)
write(SEEDS, SMALL)
