#!/usr/bin/python3
"""torch_module.py FILE [BATCH]: runs a PyTorch module as a program for --drift exec:COMMAND.

FILE is what torch.jit.save wrote of a module whose call module(y, t) takes y of shape (m, n, n) and a number t, and
returns estimates of the shape of y.
"""

import sys

from protocol import serve

try:
    import torch
except ImportError:
    sys.exit("torch_module.py: there is no PyTorch; install Debian's python3-torch")

module = torch.jit.load(sys.argv[1]).eval()
torch.set_grad_enabled(False)
serve(lambda y, t: module(torch.tensor(y), t).numpy(), batch=int(sys.argv[2]) if len(sys.argv) > 2 else 1)
