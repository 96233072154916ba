# Replaces the type `float`, and removes the suffix of its literals.
s/\bfloat\b/double/g
s/\b(0x[0-9a-fA-F.]+p[-+]?[0-9]+|[0-9]+(\.[0-9]*)?(e[-+]?[0-9]+)?)f\b/\1/g
