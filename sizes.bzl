"""The sizes that the command line and the C interface know, each the type of a target: Name<n, k>, or Name<n> where the
target has no k. To add one, append it here and build again. A target `Name` is the struct of that name in
kernels/targets/name.h."""

SIZES = [
    "SparseSigns<32, 4>",
    "SparseSigns<64, 6>",
    "SparseSigns<128, 10>",
    "SparseSigns<350, 20>",
    "SparseSigns<1024, 8>",
    "SparseSigns<12, 3>",
    "SparseSigns<16, 3>",
    "SparseSigns<20, 3>",
    "SparseSigns<24, 4>",
    "Sphere<64>",
    "Sphere<350>",
    "Signs<64>",
    "Signs<350>",
    "Submatrix<64, 6>",
    "Submatrix<350, 20>",
]
