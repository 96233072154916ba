// Prints a table of the bytes that workspaces take, with a row for each size and a column for each drift.
#include <stdio.h>

#include "driftbench.h"

int main(void) {
  const char* target = NULL;
  int n = 0, k = 0;
  printf("| target | n | k |");
  for (size_t d = 0; driftbench_drift(d) != NULL; ++d) printf(" %s |", driftbench_drift(d));
  printf("\n| --- | --- | --- |");
  for (size_t d = 0; driftbench_drift(d) != NULL; ++d) printf(" --- |");
  printf("\n");
  for (size_t size = 0; driftbench_size(size, &target, &n, &k) == DRIFTBENCH_OK; ++size) {
    printf("| %s | %d | ", target, n);
    if (k > 0) printf("%d ", k);
    printf("|");
    for (size_t d = 0; driftbench_drift(d) != NULL; ++d) {
      size_t bytes = 0, alignment = 0;
      if (driftbench_workspace(target, n, k, driftbench_drift(d), &bytes, &alignment) == DRIFTBENCH_OK) {
        printf(" %zu |", bytes);
      } else {
        printf(" |");
      }
    }
    printf("\n");
  }
  return 0;
}
