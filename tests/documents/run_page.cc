#include "tests/documents/run_page.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <sstream>

#include "tests/files.h"
#include "tests/tools/command_line/run.h"

namespace driftbench {
namespace {

/// Makes the folder $T/page. Bazel and tools/setup do nothing in it, so that the scripts use what is built. Bazel says
/// that this is where the test runs. The files are those that docs/contributing.md promises to the commands.
constexpr char kMakeFolder[] = R"(
set -e
page="$T/page" examples=examples/planted_community
rm -rf "$page"
mkdir -p "$page/bin" "$page/tools" "$page/$examples"
for script in tools/run tools/common.sh $examples/run; do cp -L $script "$page/$script"; done
for folder in exec matrices; do ln -s "$PWD/examples/$folder" "$page/examples/$folder"; done
for folder in c kernels runtime tests; do ln -s "$PWD/$folder" "$page/$folder"; done
ln -s "$PWD/$D" "$page/bin/driftbench"
echo '#!/bin/sh' > "$page/tools/setup"
printf '#!/bin/sh\n[ "$1" != info ] || echo "%s"\n' "$PWD" > "$page/bin/bazel"
chmod +x "$page/tools/setup" "$page/bin/bazel"
for i in 1 2 3; do $examples/planted_community matrix $i > "$page/day$i.npy"; done
cp "$page/day1.npy" "$page/y.npy"
for name in a b; do $D profile --n 32 --k 4 --drift power --steps 100 --quiet --json "$page/$name.json" > /dev/null; done
)";

std::string text_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "  " + line + "\n";
  return text;
}

}  // namespace

std::vector<std::string> run_page(const DocumentPage& page, const std::vector<std::string>& others) {
  const Outcome made = run(kMakeFolder);
  if (made.status != 0) return {page.file + ": no folder to run commands in: " + made.err};
  std::vector<std::string> failures;
  for (const PageCommand& command : page.commands) {
    if (command.use != PageCommand::Use::kCompared && command.use != PageCommand::Use::kRun) continue;
    if (std::find(others.begin(), others.end(), command.text) != others.end()) continue;
    const Outcome outcome = run("cd \"$T/page\"\nPATH=$PWD/bin:$PATH\n{ " + command.text + "\n} 2>&1");
    const std::vector<std::string> printed = lines_of(outcome.out);
    const std::string what = command.where + ": " + command.text + "\n";
    if (outcome.status != 0) {
      failures.push_back(what + "exit status " + std::to_string(outcome.status) + "\n" + text_of(printed));
    } else if (command.use == PageCommand::Use::kCompared && !matches(command.output, printed)) {
      failures.push_back(what + "prints\n" + text_of(printed) + "where the page shows\n" + text_of(command.output));
    }
  }
  return failures;
}

std::vector<std::string> unknown_words(const PageCommand& command) {
  static const std::regex script_name("(tools|[.]ci)/[a-z-]+|examples/[^ ]*/(run|check)");
  std::vector<std::string> unknown;
  std::string script, script_text;
  std::istringstream words(command.text);
  for (std::string word; words >> word;) {
    if (word == "#" || word == "|") break;
    if (word == "bazel") script = word, script_text = read_file(".bazelrc");
    if (std::regex_match(word, script_name)) {
      script = word, script_text = read_file(word);
      if (script_text.empty()) unknown.push_back(command.where + ": there is no script " + word);
    }
    // What is for driftbench is seen when it is run.
    if (script.empty() || script == "tools/run" || !word.starts_with("--")) continue;
    const std::string option =
        script == "bazel" ? "build:" + word.substr(word.find('=') + 1) + " " : word.substr(0, word.find('='));
    if (script_text.find(option) == std::string::npos) {
      unknown.push_back(command.where + ": " + script + " does not know " + word);
    }
  }
  return unknown;
}

}  // namespace driftbench
