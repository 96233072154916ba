"""The protocol of a drift exec:COMMAND, which docs/exec.md describes, for programs that use NumPy."""

import math
import sys

import numpy
from numpy.lib import format as npy


def serve(estimate, batch=1):
    """Answers requests of at most `batch` matrices until there are no more.

    estimate(y, t) returns estimates of the shape of y, which is (m, n, n) in single precision and read-only.
    """
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what `estimate` prints must not get between the answers
    answers.write(f"ready {batch}\n".encode())
    answers.flush()
    while line := requests.readline():
        t = float(line.split()[0])
        npy.read_magic(requests)
        shape, _, dtype = npy.read_array_header_1_0(requests)
        y = numpy.frombuffer(requests.read(dtype.itemsize * math.prod(shape)), dtype)
        m = numpy.ascontiguousarray(estimate(y.reshape(-1, *shape[-2:]), t), "<f4").reshape(shape)
        npy.write_array_header_1_0(answers, npy.header_data_from_array_1_0(m))
        answers.write(m.tobytes())
        answers.flush()
