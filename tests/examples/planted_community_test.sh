#!/usr/bin/env bash
# planted_community_test.sh PLANTED_COMMUNITY DRIFTBENCH: the example must find its community, and no community that was
# planted in another graph.
set -euo pipefail
planted_community=$1 driftbench=$2

# find_community SEED SEED_OF_COMMUNITY: prints what the estimate of the first seed's graph says of the second's
# community.
find_community() {
  "$planted_community" matrix "$1" | "$driftbench" denoise --target submatrix --k 20 --drift amp --t 200 --quiet |
    "$planted_community" compare "$2"
}

output=$(find_community 1 1)
echo "$output"
[[ $output == "20 of the 20 vertices with the largest weights are of the community of 20"* ]]
[[ $(find_community 1 2) != "20 of"* ]]

lines=$("$planted_community" matrix 1 | "$planted_community" plot 1 | wc -l)
[[ $lines == $((3 * 200 + 3 * 2)) ]]
