/* version_test PROGRAM CHANGELOG: the macros of driftbench.h agree with each other, with what the program's --version
   prints, and with the first heading of a version in the changelog. It is C, as the macros are for C programs. */
#include <stdio.h>
#include <string.h>

#include "c/driftbench.h"

/* Reads the first line that begins so and returns what follows, without the line's end; "" where there is none. */
static const char* first_after(FILE* file, const char* begin, char* line, int size) {
  while (file != NULL && fgets(line, size, file) != NULL) {
    if (strncmp(line, begin, strlen(begin)) == 0) {
      line[strcspn(line, "\n")] = '\0';
      return line + strlen(begin);
    }
  }
  return "";
}

static int is_version(const char* what, const char* text) {
  if (strcmp(text, DRIFTBENCH_VERSION) == 0) return 1;
  printf("FAILED: %s: \"%s\", while DRIFTBENCH_VERSION is \"%s\"\n", what, text, DRIFTBENCH_VERSION);
  return 0;
}

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  char numbers[64], command[4096], line[4096];
  snprintf(numbers, sizeof numbers, "%d.%d.%d", DRIFTBENCH_VERSION_MAJOR, DRIFTBENCH_VERSION_MINOR,
           DRIFTBENCH_VERSION_PATCH);
  snprintf(command, sizeof command, "'%s' --version", argv[1]);
  int passed = is_version("the numbers", numbers);

  FILE* const program = popen(command, "r");
  passed &= is_version(command, first_after(program, "", line, sizeof line));
  if (program == NULL || pclose(program) != 0) passed = 0;
  FILE* const changelog = fopen(argv[2], "r");
  passed &= is_version(argv[2], first_after(changelog, "## ", line, sizeof line));
  if (changelog != NULL) fclose(changelog);
  return passed ? 0 : 1;
}
