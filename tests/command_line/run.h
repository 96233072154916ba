// Runs driftbench as a user does, from a shell.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/files.h"

namespace driftbench {

struct Outcome {
  int status = 0;  ///< exit status, as the shell counts it: 128 + s after signal s
  std::string out, err;
};

/// `sh -c script`; in the script, $D is driftbench and $T a folder of the test's own. What follows $PLAIN, as in
/// `$PLAIN $D list`, is run without the superuser's rights to any file. SIGINT, SIGPIPE and SIGXFSZ are as in a
/// terminal.
Outcome run(const std::string& script);

/// Shell commands that wait until process $p, driftbench, has computed for 0.3 s, however busy the machine is; for a
/// minute at most.
inline const std::string kUntilAtWork =
    "for i in $(seq 1200); do awk '{exit $14 + $15 < 30}' /proc/$p/stat && break; sleep 0.05; done; ";

/// The document that `$D arguments --json -` prints. A test failure, and an empty one, where it is not JSON or the
/// status is not 0.
nlohmann::json run_json(const std::string& arguments);

/// `$D arguments` has exit status 2, nothing on stdout, and on stderr one line with all that is to be said in it.
void expect_refused(const std::string& arguments, const std::vector<std::string>& said);

/// What $T stands for, with a slash at the end.
std::string test_folder();

}  // namespace driftbench
