#!/usr/bin/python3
"""graph.py draw SEED: writes a graph of 200 vertices as a Matrix Market file: any two are connected with probability
1/2, and those of a community of 20 with certainty. graph.py scale FILE T: writes Y at t = T of a graph as .npy."""

import io
import sys

import numpy


def draw(seed, n=200, k=20):
    random = numpy.random.default_rng(seed)
    community = random.permutation(n)[:k]
    edges = random.random((n, n)) < 0.5
    edges[numpy.ix_(community, community)] = True
    i, j = numpy.nonzero(numpy.tril(edges, -1))
    print("%%MatrixMarket matrix coordinate pattern symmetric")
    print(f"% the community: {' '.join(map(str, sorted(community + 1)))}")
    print(n, n, len(i))
    numpy.savetxt(sys.stdout, numpy.stack([i, j], 1) + 1, "%d")


def scale(path, t):
    rows = numpy.loadtxt(path, int, comments="%", ndmin=2, usecols=(0, 1))
    n, (i, j) = rows[0, 0], rows[1:].T - 1
    p = len(i) / (n * (n - 1) / 2)  # the part of all possible edges that there are
    y = numpy.full((n, n), -p)
    y[i, j] = y[j, i] = 1 - p
    numpy.fill_diagonal(y, 0)
    write(y * numpy.sqrt(t / (2 * p * (1 - p))))


def write(matrix):
    file = io.BytesIO()
    numpy.save(file, matrix)
    sys.stdout.buffer.write(file.getvalue())


if sys.argv[1] == "draw":
    draw(int(sys.argv[2]))
else:
    scale(sys.argv[2], float(sys.argv[3]))
