// Runs driftbench from a shell, as a user does.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/files.h"

namespace driftbench {

struct Outcome {
  int status = 0;  ///< exit status as the shell counts it: 128 + s after signal s
  std::string out, err;
};

/// Runs `sh -c script`. In the script $D is driftbench and $T a folder of the test's own. A command after $PLAIN, as in
/// `$PLAIN $D list`, runs without the superuser's rights to any file. SIGINT, SIGPIPE and SIGXFSZ act as in a terminal.
Outcome run(const std::string& script);

/// Shell commands that wait until process $p, driftbench, has computed for 0.3 s, however busy the machine is. They
/// wait for a minute at most.
inline const std::string kUntilAtWork =
    "for i in $(seq 1200); do awk '{exit $14 + $15 < 30}' /proc/$p/stat && break; sleep 0.05; done; ";

/// Returns the document that `$D arguments --json -` prints. Where this is no JSON or the status is not 0, the test
/// fails and the document is empty.
nlohmann::json run_json(const std::string& arguments);

/// Checks that `$D arguments` has exit status 2, prints nothing to stdout, and prints one line to stderr that holds all
/// of `said`.
void expect_refused(const std::string& arguments, const std::vector<std::string>& said);

/// Returns what $T stands for, with a slash at the end.
std::string test_folder();

}  // namespace driftbench
