#!/usr/bin/python3
"""largest.py K < ESTIMATE: prints the K places, counted from 1, of the largest diagonal elements of an .npy matrix."""

import io
import sys

import numpy

estimate = numpy.load(io.BytesIO(sys.stdin.buffer.read()))
print(*sorted(numpy.argsort(-numpy.diag(estimate))[: int(sys.argv[1])] + 1))
