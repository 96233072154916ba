"""The sizes that the command line knows. To add one, append (n, k) here and build again."""

SIZES = [
    (32, 4),
    (64, 6),
    (128, 10),
    (350, 20),
    (1024, 8),
    (12, 3),
    (16, 3),
    (20, 3),
    (24, 4),
]
