"""The printed table, and the comparisons."""

import numpy


class Report:
    """Prints a line after each comparison and counts those that differ."""

    def __init__(self):
        self.equal = 0
        self.different = 0
        self.line("what", "compared", "verdict")

    def add(self, what, compare):
        """Prints the result of compare(): a description of what it compared, and a list of differences."""
        try:
            compared, differences = compare()
        except Exception as failure:  # the other comparisons continue
            compared, differences = "-", [f"{type(failure).__name__}: {failure}"]
        self.equal += not differences
        self.different += bool(differences)
        self.line(what, compared, "DIFFERENT" if differences else "equal")
        for difference in differences[:5]:
            print(f"    {difference}", flush=True)
        if len(differences) > 5:
            print(f"    … and {len(differences) - 5} more", flush=True)

    @staticmethod
    def line(what, compared, verdict):
        print(f"{what:<90}  {compared:<72}  {verdict}", flush=True)

    def finish(self):
        """Prints the totals and returns the exit status."""
        if self.different:
            print(f"check-peers: {self.different} of {self.equal + self.different} comparisons differ")
            return 1
        print(f"check-peers: {self.equal} comparisons, all equal")
        return 0


def same(name, found, expected):
    """Compares Python values."""
    return [] if found == expected else [f"{name}: expected {shorten(expected)}, found {shorten(found)}"]


def same_bits(name, found, expected):
    """Compares arrays or tensors to the bit: type, shape and every element, including -0 and NaN."""
    found, expected = array(found), array(expected)
    if (found.dtype, found.shape) != (expected.dtype, expected.shape):
        return [f"{name}: expected {expected.dtype} {expected.shape}, found {found.dtype} {found.shape}"]
    unequal = numpy.argwhere(bits(found) != bits(expected))
    if len(unequal) == 0:
        return []
    first = tuple(unequal[0].tolist())
    return [
        f"{name}: expected {expected[first]!r} at {list(first)}, found {found[first]!r};"
        f" {len(unequal)} of {found.size} values differ"
    ]


def array(values):
    return numpy.ascontiguousarray(values.detach().numpy() if hasattr(values, "detach") else values)


def bits(values):
    return values.view(f"u{values.dtype.itemsize}")


def shorten(value):
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + "…"
