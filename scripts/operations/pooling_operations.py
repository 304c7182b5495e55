"""Pooling of many rows in one call, for scripts/operations/make-torch-operations.

Numbers are tensors on the CPU. A row must get the bits that the same operation gives it alone, so the caller says
how many rows one operation may take.
"""

from typing import List

import torch


class Pooling(torch.nn.Module):
    @torch.jit.export
    def means(self, vectors: torch.Tensor, runs: torch.Tensor) -> torch.Tensor:
        """Vectors (N, D) of rows end to end to the rows' means (R, D).

        runs, int64: for each run of rows of one length, the length, the number of rows, and the rows of one operation.
        """
        with torch.no_grad():
            numbers: List[int] = runs.tolist()
            means: List[torch.Tensor] = []
            begin = 0
            for run in range(0, len(numbers), 3):
                length, rows, at_once = numbers[run], numbers[run + 1], numbers[run + 2]
                tokens = vectors.narrow(0, begin, length * rows).view([rows, length, vectors.size(1)])
                if at_once >= rows:
                    means.append(tokens.mean([1]))
                else:
                    for part in tokens.split(at_once):
                        means.append(part.mean([1]))
                begin += length * rows
            return torch.cat(means)

    @torch.jit.export
    def norms(self, rows: torch.Tensor, options: torch.Tensor) -> torch.Tensor:
        """Rows (R, D) to their lengths (R, 1). On the CPU, torch.sqrt is MKL's, whose last bit could depend on the
        neighbours; each root is therefore an operation of its own.

        options, int64: the rows of one sum.
        """
        with torch.no_grad():
            at_once: List[int] = options.tolist()
            sums = torch.cat([part.sum([1], True) for part in rows.square().split(at_once[0])])
            return torch.cat([row.sqrt() for row in sums.split(1)])
