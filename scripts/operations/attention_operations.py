"""The native operations of attention in linear time; scripts/operations/make-torch-operations writes them to attention.pt.

Queries, keys and values are (B, H, T, d). A token sees itself and earlier tokens. Masks are (B, T), not 0 for
a real token, or empty for none. Blocks of tokens keep time and memory linear in T, in the backward pass too.
"""

import math
from typing import List, Tuple

import torch


class Attention(torch.nn.Module):
    @torch.jit.export
    def features(self, x: torch.Tensor, projection: torch.Tensor, options: torch.Tensor) -> torch.Tensor:
        """Returns the feature map of x, (…, d) -> (…, F).

        options, int64 on the CPU: the map; 1 for a query, whose positive features may have any scale.
        projection: of random features, (d, R), or (d + 1, R) with the phases in the last row.
        """
        numbers: List[int] = options.tolist()
        return self.map(x, projection, numbers[0], numbers[1] == 1)

    def map(self, x: torch.Tensor, projection: torch.Tensor, kind: int, query: bool) -> torch.Tensor:
        if kind == 0:
            return self.elu_plus_1(x)
        if kind == 1:
            return self.elu_plus_1(-x)
        if kind == 2:
            return 2 * torch.sigmoid(2 * x)  # tanh + 1, without its cancellation below 0
        width = x.size(-1)
        scaled = x * float(width) ** -0.25
        angles = scaled @ projection[:width]
        count = projection.size(1)
        if kind == 3:
            return torch.cos(angles + projection[width]) * math.sqrt(2 / count)
        if kind == 4:
            return torch.cat([torch.cos(angles), torch.sin(angles)], -1) * math.sqrt(1 / count)
        exponents = angles - 0.5 * scaled.square().sum(-1, keepdim=True)
        if query:
            exponents = exponents - exponents.detach().amax(-1, keepdim=True)
        return torch.exp(exponents) * math.sqrt(1 / count)

    def elu_plus_1(self, x: torch.Tensor) -> torch.Tensor:
        """elu(x) + 1, without the cancellation of -1 + 1 below 0."""
        return torch.exp(torch.clamp(x, max=0)) + torch.relu(x)

    @torch.jit.export
    def far(
        self,
        q: torch.Tensor,
        k: torch.Tensor,
        v: torch.Tensor,
        mask: torch.Tensor,
        projection: torch.Tensor,
        options: torch.Tensor,
    ) -> torch.Tensor:
        """Linear attention: the mean of the values, weighted by the products of the features.

        options, int64 on the CPU: the map; the tokens of a block.
        """
        numbers: List[int] = options.tolist()
        kind = numbers[0]
        queries, keys, ones = self.prepared(q, k, v, mask, projection, kind)
        return self.mean(self.weighted(queries, keys, ones, min(numbers[1], q.size(2))), kind)

    @torch.jit.export
    def far_next(
        self,
        q: torch.Tensor,
        k: torch.Tensor,
        v: torch.Tensor,
        mask: torch.Tensor,
        projection: torch.Tensor,
        sums: torch.Tensor,
        options: torch.Tensor,
    ) -> Tuple[torch.Tensor, torch.Tensor]:
        """far for tokens after others, without gradients, and the sums after them.

        sums: (B, H, F, M + 1), the products of features and values with a 1, summed over the tokens before; empty if
        there are none. options: as far's.
        """
        numbers: List[int] = options.tolist()
        kind = numbers[0]
        with torch.no_grad():
            queries, keys, ones = self.prepared(q, k, v, mask, projection, kind)
            found = self.weighted(queries, keys, ones, min(numbers[1], q.size(2)))
            total = keys.transpose(2, 3) @ ones
            if sums.numel() > 0:
                found = found + queries @ sums
                total = total + sums
            return self.mean(found, kind), total

    def prepared(
        self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, mask: torch.Tensor, projection: torch.Tensor, kind: int
    ) -> Tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Returns the features of queries and keys, 0 for those of padding, and the values with a 1 at their end."""
        queries = self.map(q, projection, kind, True)
        keys = self.map(k, projection, kind, False)
        if mask.numel() > 0:
            keys = keys * (mask != 0).to(keys.dtype)[:, None, :, None]
        ones = torch.ones([v.size(0), v.size(1), v.size(2), 1], dtype=v.dtype, device=v.device)
        return queries, keys, torch.cat([v, ones], 3)

    def mean(self, sums: torch.Tensor, kind: int) -> torch.Tensor:
        """Divides weighted sums of values by the sum of the weights, which is their last column."""
        total = sums[:, :, :, -1:]
        epsilon = 1e-6
        if kind == 5:
            epsilon = 1e-30
        # Away from 0: the estimate of a kernel by few Fourier features may be below 0.
        total = total + torch.where(total.detach() < 0, -epsilon, epsilon).to(total.dtype)
        return sums[:, :, :, :-1] / total

    def weighted(self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, block: int) -> torch.Tensor:
        """Returns the sums over j <= i of (q_i · k_j) v_j."""
        B, H, T, M = v.size(0), v.size(1), v.size(2), v.size(3)
        q, k, v = self.blocks(q, block), self.blocks(k, block), self.blocks(v, block)
        own = (q @ k.transpose(2, 3)).tril() @ v
        if q.size(1) > 1:
            # Earlier blocks only: a sum with the block's own keys, subtracted again, would let them change a bit.
            parts = k[:, :-1].transpose(2, 3) @ v[:, :-1]
            earlier = torch.constant_pad_nd(parts.cumsum(1), [0, 0, 0, 0, 1, 0])
            own = own + q @ earlier
        return own.reshape(B, H, -1, M)[:, :, :T]

    def blocks(self, x: torch.Tensor, block: int) -> torch.Tensor:
        """(B, H, T, F) -> (B · H, blocks, block, F), with zeros at the end."""
        rest = (block - x.size(2) % block) % block
        if rest > 0:
            x = torch.constant_pad_nd(x, [0, 0, 0, rest])
        return x.reshape(x.size(0) * x.size(1), -1, block, x.size(3))

    @torch.jit.export
    def near(
        self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, mask: torch.Tensor, options: torch.Tensor
    ) -> torch.Tensor:
        """Softmax attention to the last tokens, itself among them: a block sees itself and the one before.

        options, int64 on the CPU: the tokens that a token sees; the tokens of a block, at least as many less 1.
        """
        numbers: List[int] = options.tolist()
        return self.banded(q, k, v, self.real(k, mask), numbers[0], numbers[1])

    def real(self, k: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Returns which tokens are no padding: (B, T), boolean."""
        if mask.numel() > 0:
            return mask != 0
        return torch.ones([k.size(0), k.size(2)], dtype=torch.bool, device=k.device)

    @torch.jit.export
    def near_next(
        self,
        q: torch.Tensor,
        k: torch.Tensor,
        v: torch.Tensor,
        mask: torch.Tensor,
        keys: torch.Tensor,
        values: torch.Tensor,
        seen: torch.Tensor,
        options: torch.Tensor,
    ) -> Tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        """near for tokens after others, without gradients, and what further tokens see of all.

        keys (B, H, W, d), values (B, H, W, M), seen (B, W): the last tokens before, W <= band - 1, and which are no
        padding; empty if there are none. options: as near's.
        """
        numbers: List[int] = options.tolist()
        band, count = numbers[0], q.size(2)
        with torch.no_grad():
            real = self.real(k, mask)
            if keys.numel() > 0:
                k, v, real = torch.cat([keys, k], 2), torch.cat([values, v], 2), torch.cat([seen, real], 1)
            length = k.size(2)
            past = length - count
            if count == 1:
                hidden = real.logical_not()
                hidden[:, past:] = False
                scores = (q * float(q.size(3)) ** -0.5) @ k.transpose(2, 3)
                found = torch.softmax(scores.masked_fill(hidden[:, None, None, :], -math.inf), -1) @ v
            else:
                found = self.banded(torch.constant_pad_nd(q, [0, 0, past, 0]), k, v, real, band, numbers[1])
                found = found[:, :, past:]
            kept = min(band - 1, length)
            start = length - kept
            # Copies: a view would keep all tokens in memory.
            return (
                found,
                k.narrow(2, start, kept).clone(),
                v.narrow(2, start, kept).clone(),
                real.narrow(1, start, kept).clone(),
            )

    def banded(
        self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, real: torch.Tensor, band: int, most: int
    ) -> torch.Tensor:
        B, H, T, M = v.size(0), v.size(1), v.size(2), v.size(3)
        block = min(most, T)
        device = q.device
        q = self.blocks(q * float(q.size(3)) ** -0.5, block)
        k, v = self.blocks(k, block), self.blocks(v, block)
        seen = self.blocks(real.to(k.dtype)[:, None, :, None], block).squeeze(3)
        count = q.size(1)
        rows = torch.arange(block, device=device)[:, None]
        columns = torch.arange(block, device=device)[None, :]
        itself = rows == columns
        allowed = (columns <= rows) & (rows - columns < band)
        allowed = (allowed & (seen[:, :, None, :] != 0)) | itself
        if count > 1:
            before = (rows + block - columns < band) & (self.shifted(seen)[:, :, None, :] != 0)
            allowed = torch.cat([before, allowed], 3)
            k, v = torch.cat([self.shifted(k), k], 2), torch.cat([self.shifted(v), v], 2)
        allowed = allowed[:, None].expand(-1, H, -1, -1, -1).reshape(B * H, count, block, -1)
        scores = (q @ k.transpose(2, 3)).masked_fill(~allowed, -math.inf)
        return (torch.softmax(scores, -1) @ v).reshape(B, H, -1, M)[:, :, :T]

    def shifted(self, x: torch.Tensor) -> torch.Tensor:
        """Returns for each block the one before it, zeros for the first."""
        return torch.cat([torch.zeros_like(x[:, :1]), x[:, :-1]], 1)

    @torch.jit.export
    def blend(self, near: torch.Tensor, far: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        """softplus(weights[0]) · near + softplus(weights[1]) · far; weights (2, H)."""
        positive = torch.nn.functional.softplus(weights)
        return near * positive[0][:, None, None] + far * positive[1][:, None, None]
