# Writes the drifts of the registry once more, in double precision, as one header. The header is made of the files
# `roots`, the registry and its target, and of all that they include, in the namespace driftbench::in_double; double_precision.sed then replaces the type.
# Kernels that work on the bits of a float have namesakes in tests/in_double, written by hand, which take their place.
# Shared headers hold names and statuses but no floating-point arithmetic, and are included as they are.
#
# awk -v roots="FILE ..." -f double_precision.awk

function is_shared(header) {
  return header ~ /^kernels\/(assertions|bounds|limited_int|status)\.h$/ ||
         header ~ /^tools\/(base\/(errors|quote)|drifts\/drift_(info|name))\.h$/
}

function source_of(header) {
  if (header !~ /^kernels\/(simd|exp|log|gaussian|top_k|bfloat16_matrix)\.h$/) return header
  sub(/^kernels/, "tests/in_double", header)
  return header
}

# Adds to `text` what the header includes, and then its own lines; each header is taken once.
function take(header, file, line, lines, count, status, included, i) {
  if (header in taken) return
  taken[header] = 1
  file = source_of(header)
  while ((status = (getline line < file)) > 0) lines[++count] = line
  if (status < 0) {
    print "double_precision.awk: " file ": cannot be read" > "/dev/stderr"
    failed = 1
    exit 1
  }
  close(file)
  for (i = 1; i <= count; ++i) {
    if (lines[i] ~ /^#include "/) {
      included = lines[i]
      gsub(/^#include "|".*$/, "", included)
      if (is_shared(included)) includes[lines[i]] = 1
      else take(included)
    } else if (lines[i] ~ /^#include </) {
      includes[lines[i]] = 1
    } else if (lines[i] !~ /^#pragma once/) {
      sub(/^namespace driftbench \{/, "namespace driftbench::in_double {", lines[i])
      text = text lines[i] "\n"
    }
  }
}

BEGIN {
  root_count = split(roots, root, " ")
  for (r = 1; r <= root_count; ++r) take(root[r])
  print "#pragma once"
  for (line in includes) print line
  print "#include \"kernels/gaussian.h\""
  printf "%s", text
}

END { exit failed }
