/* This file ends a program that was built for another CPU before it meets an instruction that this one lacks. It is C
   without inline functions of others, compiled for every CPU of the architecture, so that the linker can take no copy
   of its functions from a unit that was compiled for another. */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "tools/cpu_check/built_for.h"
#include "tools/cpu_check/cpu_features.h"

struct Message {
  char text[2048];
  unsigned long length;
};

static void append(struct Message* message, const char* text, unsigned long length) {
  if (length > sizeof message->text - message->length) length = sizeof message->text - message->length;
  memcpy(message->text + message->length, text, length);
  message->length += length;
}

static void append_text(struct Message* message, const char* text) { append(message, text, strlen(text)); }

/* Appends each feature that the program was built for and the CPU lacks, after a blank. Returns their number. */
static int append_missing(struct Message* message) {
  int missing = 0;
  for (const char* feature = kDriftbenchBuiltFor; *feature != '\0';) {
    ++feature; /* skips the blank before it */
    const unsigned long length = strcspn(feature, " ");
    if (!driftbench_cpu_has(feature, length)) {
      append_text(message, " ");
      append(message, feature, length);
      ++missing;
    }
    feature += length;
  }
  return missing;
}

/* Ends the program where the CPU lacks a feature. It runs before every initializer of the program's own: priorities
   below 101 belong to the compiler. */
__attribute__((constructor(101))) static void check_cpu(void) {
  struct Message message;
  message.length = 0;
  append_text(&message, program_invocation_short_name);
  append_text(&message, ": this CPU lacks");
  if (append_missing(&message) == 0) return;
  append_text(&message, "; the program was built for a CPU with");
  append_text(&message, kDriftbenchBuiltFor);
#if defined(__x86_64__)
  append_text(
      &message,
      "; build it here with tools/run or bazel build --config=host, or for other CPUs with --config=avx2 or, for "
      "every x86-64, --config=sse2\n");
#else
  append_text(&message, "; build it here with tools/run or bazel build --config=host\n");
#endif
  const long written = write(STDERR_FILENO, message.text, message.length);
  (void)written; /* Nobody is left to be told of a failure. */
  _exit(1);
}
