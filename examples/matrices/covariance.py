#!/usr/bin/python3
"""covariance.py draw SEED: writes 2000 samples of 300 features as .npy: noise of variance 4, and one factor of 20 of the
features. covariance.py of FILE: writes the sample covariance of an array whose rows are samples, as .npy."""

import io
import sys

import numpy


def draw(seed, m=2000, n=300, k=20):
    random = numpy.random.default_rng(seed)
    direction = numpy.zeros(n)
    direction[:k] = random.choice([-1, 1], k) / numpy.sqrt(k)
    return 2 * random.normal(size=(m, n)) + 3 * random.normal(size=(m, 1)) * direction


matrix = draw(int(sys.argv[2])) if sys.argv[1] == "draw" else numpy.cov(numpy.load(sys.argv[2]), rowvar=False)
file = io.BytesIO()
numpy.save(file, matrix)
sys.stdout.buffer.write(file.getvalue())
