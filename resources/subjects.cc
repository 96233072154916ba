// Prints the drifts that the sheet of resources has, with the sizes at which it has them: `DRIFT N K`, one a line.
#include <cstdio>

#include "resources/subject.h"

int main() {
  driftbench::for_each_subject<driftbench::DefaultArch>(
      []<int N, int K, class D>() { std::printf("%s %d %d\n", D::kName, N, K); });
}
