"""GPT-2's transformer blocks as scripted operations, for scripts/operations/make-torch-operations.

An empty tensor stands for one that is absent. Numbers are tensors on the CPU.
"""

from typing import List, Tuple

import torch
from torch.nn.functional import scaled_dot_product_attention


class Decoder(torch.nn.Module):
    @torch.jit.export
    def heads(
        self, x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, numbers: torch.Tensor
    ) -> Tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """x (B, T, D), weight (D, 3D), bias (3D) to queries, keys and values (B, H, T, D/H).

        numbers, int64: H.
        """
        counts: List[int] = numbers.tolist()
        return self.split(x, weight, bias, counts[0])

    def split(
        self, x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, heads: int
    ) -> Tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        batch, length, width = x.size(0), x.size(1), x.size(2)
        joined = torch.addmm(bias, x.reshape(batch * length, width), weight)
        apart = joined.view(batch, length, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
        return apart[0], apart[1], apart[2]

    @torch.jit.export
    def merge(self, attended: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        """attended (B, H, T, D/H), weight (D, D), bias (D) to (B, T, D)."""
        batch, length = attended.size(0), attended.size(2)
        width = attended.size(1) * attended.size(3)
        joined = attended.transpose(1, 2).reshape(batch * length, width)
        return torch.addmm(bias, joined, weight).view(batch, length, width)

    @torch.jit.export
    def attend(
        self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, mask: torch.Tensor, numbers: torch.Tensor
    ) -> torch.Tensor:
        """Causal softmax attention; q (B, H, T, d), k and v (B, H, S, d), mask (B, S), 0 at padding.

        The queries are the last T of S tokens. numbers, float64: factor of the products, dropout.
        """
        options: List[float] = numbers.tolist()
        if options[1] > 0:
            products = torch.matmul(q, k.transpose(-1, -2)) * options[0]
            hidden = self.visible(q.size(2), k.size(2), mask, q.device).logical_not()
            shares = torch.softmax(products.masked_fill(hidden, float("-inf")), -1)
            return torch.matmul(torch.dropout(shares, options[1], True), v)
        return self.mix(q, k, v, mask, options[0])

    def mix(self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, mask: torch.Tensor, scale: float) -> torch.Tensor:
        """The fused kernel's own causal mask is for as many queries as keys; a single query sees everything."""
        if mask.numel() == 0 and q.size(2) == k.size(2):
            return scaled_dot_product_attention(q, k, v, None, 0.0, True, scale=scale)
        if mask.numel() == 0 and q.size(2) == 1:
            return scaled_dot_product_attention(q, k, v, None, 0.0, False, scale=scale)
        visible = self.visible(q.size(2), k.size(2), mask, q.device)
        return scaled_dot_product_attention(q, k, v, visible, 0.0, False, scale=scale)

    def visible(self, queries: int, keys: int, mask: torch.Tensor, device: torch.device) -> torch.Tensor:
        """Returns which keys a query sees: (B or 1, 1, T, S), boolean.

        A pad sees itself too: without any key its vector would be NaN, and zero times NaN is NaN.
        """
        rows = torch.arange(keys - queries, keys, device=device).unsqueeze(1)
        columns = torch.arange(keys, device=device)
        causal = columns <= rows
        if mask.numel() == 0:
            return causal.unsqueeze(0).unsqueeze(0)
        real = (mask != 0).unsqueeze(1).unsqueeze(1)
        return causal.logical_and(real).logical_or(columns == rows)

    @torch.jit.export
    def normalize(
        self, x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, numbers: torch.Tensor
    ) -> torch.Tensor:
        """Layer normalisation over the last axis. numbers, float64: epsilon."""
        options: List[float] = numbers.tolist()
        return torch.layer_norm(x, [x.size(-1)], weight, bias, options[0])

    @torch.jit.export
    def feed_forward(
        self,
        x: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor,
        out_weight: torch.Tensor,
        out_bias: torch.Tensor,
        numbers: torch.Tensor,
    ) -> torch.Tensor:
        """x (B, T, D), weight (D, F), bias (F), out_weight (F, D), out_bias (D) to (B, T, D).

        numbers, int64: the activation.
        """
        counts: List[int] = numbers.tolist()
        return self.widen(x, weight, bias, out_weight, out_bias, counts[0])

    def widen(
        self,
        x: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor,
        out_weight: torch.Tensor,
        out_bias: torch.Tensor,
        activation: int,
    ) -> torch.Tensor:
        batch, length, width = x.size(0), x.size(1), x.size(2)
        wide = torch.addmm(bias, x.reshape(batch * length, width), weight)
        return torch.addmm(out_bias, self.activate(wide, activation), out_weight).view(batch, length, width)

    def activate(self, x: torch.Tensor, activation: int) -> torch.Tensor:
        """The numbers are those of io.forestage.torch.DecoderOperations.Activation."""
        if activation == 0:
            return torch._C._nn.gelu(x, approximate="tanh")
        if activation == 1:
            return torch._C._nn.gelu(x)
        if activation == 2:
            return x * torch.sigmoid(x * 1.702)
        if activation == 3:
            return torch.relu(x)
        if activation == 4:
            return torch._C._nn.silu(x)
        return torch.tanh(x)

    @torch.jit.export
    def dropout(self, x: torch.Tensor, numbers: torch.Tensor) -> torch.Tensor:
        """numbers, float64: the rate."""
        options: List[float] = numbers.tolist()
        return torch.dropout(x, options[0], True)

    @torch.jit.export
    def add(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return x + y

    @torch.jit.export
    def decode(
        self,
        x: torch.Tensor,
        mask: torch.Tensor,
        weights: List[torch.Tensor],
        caches: List[torch.Tensor],
        scales: List[float],
        counts: List[int],
        epsilon: float,
    ) -> torch.Tensor:
        """All blocks, the last norm and the head, without gradients.

        x: (B, T, D), the vectors after the cached past. mask: (B, S), S tokens of past and x. weights: the twelve of
        each block in the order of their use, then the last norm's two, then the head (V, D), or none. caches: keys and
        values of each block, (B, H, C, D/H), written in place; or none without a past. scales: each block's factor of
        the products. counts: H, length of the past, the activation, how many of the last tokens to return, 0 for all.
        """
        heads, past, activation, last = counts[0], counts[1], counts[2], counts[3]
        batch, length, width = x.size(0), x.size(1), x.size(2)
        for i in range(len(scales)):
            w = weights[12 * i : 12 * i + 12]
            q, k, v = self.split(torch.layer_norm(x, [width], w[0], w[1], epsilon), w[2], w[3], heads)
            if len(caches) > 0:
                keys, values = caches[2 * i], caches[2 * i + 1]
                keys.narrow(2, past, length).copy_(k)
                values.narrow(2, past, length).copy_(v)
                k = keys.narrow(2, 0, past + length)
                v = values.narrow(2, 0, past + length)
            x = x + self.merge(self.mix(q, k, v, mask, scales[i]), w[4], w[5])
            y = torch.layer_norm(x, [width], w[6], w[7], epsilon)
            x = x + self.widen(y, w[8], w[9], w[10], w[11], activation)
        if last > 0:
            x = x.narrow(1, length - last, last)
        rest = 12 * len(scales)
        x = torch.layer_norm(x, [width], weights[rest], weights[rest + 1], epsilon)
        if len(weights) > rest + 2:
            x = torch.matmul(x, weights[rest + 2].t())
        return x
