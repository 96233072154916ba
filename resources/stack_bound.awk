# Prints the most stack that `step` and the functions it calls can take: the longest path through the graph of calls
# that GCC's -fcallgraph-info=su writes. Functions of the C library have no number there and count as 0. -v call=BYTES
# adds what each call takes besides. It fails where a function takes stack of a size that is known at run time only (GCC
# calls a frame that it only realigns `dynamic,bounded`), and on recursion.
function quoted(key) {
  if (!match($0, key ": \"[^\"]*\"")) fail("no " key " in: " $0)
  return substr($0, RSTART + length(key) + 3, RLENGTH - length(key) - 4)
}
function fail(what) {
  print "stack_bound.awk: " what > "/dev/stderr"
  failed = 1
  exit 1
}
function bound(name,   list, count, i, below, largest) {
  if (name in known) {
    if (known[name] < 0) fail(name " calls itself")
    return known[name]
  }
  known[name] = -1
  count = split(callees[name], list, "\n")
  for (i = 1; i < count; ++i) {
    below = bound(list[i])
    if (below > largest) largest = below
  }
  return known[name] = own[name] + largest
}
/^node:/ {
  name = quoted("title")
  own[name] = 0
  if (match($0, /[0-9]+ bytes \([a-z,]*\)/)) {
    split(substr($0, RSTART, RLENGTH), words, " ")
    if (words[3] == "(dynamic)") fail(name " takes stack of a size that is known at run time only")
    own[name] = words[1] + call
  }
}
/^edge:/ { callees[quoted("sourcename")] = callees[quoted("sourcename")] quoted("targetname") "\n" }
END {
  if (failed) exit 1
  if (!("step" in own)) fail("no function step")
  print bound("step")
}
