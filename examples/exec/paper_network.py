#!/usr/bin/python3
"""paper_network.py WEIGHTS K [BATCH]: the message-passing network of Montanari and Vu (arXiv 2503.08028) in PyTorch,
as a program for --drift exec:COMMAND.

WEIGHTS is a safetensors file as --weights takes it. The drift `gnn` is the same network in C++.
"""

import json
import sys

from protocol import serve

try:
    import torch
    from torch.nn.functional import leaky_relu, linear
except ImportError:
    sys.exit("paper_network.py: there is no PyTorch; install Debian's python3-torch")


def read_safetensors(path):
    """Returns the tensors of a safetensors file, all of them float32, by their names."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = bytearray(file.read())
    header.pop("__metadata__", None)
    numbers = torch.frombuffer(data, dtype=torch.float32)
    return {
        name: numbers[entry["data_offsets"][0] // 4 : entry["data_offsets"][1] // 4].reshape(entry["shape"])
        for name, entry in header.items()
    }


class PaperNetwork(torch.nn.Module):
    def __init__(self, weights, k, layers=10):
        super().__init__()
        self.weights, self.k, self.layers = weights, k, layers

    def two_layers(self, name, x):
        """Returns two dense layers of the rows of x."""
        w = self.weights
        hidden = leaky_relu(linear(x, w[f"{name}.0.weight"], w[f"{name}.0.bias"]), 0.01)
        return linear(hidden, w[f"{name}.2.weight"], w[f"{name}.2.bias"])[..., 0]

    def layer(self, a, v, number):
        """Returns the states of the vertices after a layer; a is (m, n, n) and v is (m, n)."""
        own, other = torch.broadcast_tensors(v[:, :, None], v[:, None, :])
        messages = self.two_layers(f"msg_mlps.{number}", torch.stack([own, other, a], -1))
        update = self.two_layers(f"upd_mlps.{number}", torch.stack([v, messages.mean(2)], -1))
        alpha = 0.85 * torch.sigmoid(self.weights[f"logit_alpha.{number}"])
        return alpha * v + (1 - alpha) * update

    def forward(self, y, t):
        a, n = y / t, y.shape[-1]
        # The network starts at a random direction, which is the same in each call.
        v = torch.randn(n, generator=torch.Generator().manual_seed(1)).expand(len(y), n)
        for _ in range(3):
            v = torch.nn.functional.normalize((a @ v[:, :, None])[:, :, 0], dim=1)
        for number in range(self.layers):
            v = self.layer(a, v, number)
        tau = torch.tanh(torch.exp(self.weights["log_scale"]) * t / n).expand_as(v)
        scores = self.weights["readout_coefs"] * v * tau + self.two_layers("tiny_decoder", torch.stack([v, tau], -1))
        kept = torch.zeros_like(scores).scatter(1, scores.abs().topk(self.k).indices, 1) * scores
        kept = kept / kept.norm(dim=1, keepdim=True).clamp(min=1)
        return kept[:, :, None] * kept[:, None, :]


torch.set_grad_enabled(False)
network = PaperNetwork(read_safetensors(sys.argv[1]), int(sys.argv[2]))
serve(lambda y, t: network(torch.tensor(y), t).numpy(), batch=int(sys.argv[3]) if len(sys.argv) > 3 else 1)
