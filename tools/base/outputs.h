// Outputs holds all outputs of a command. They are accepted before anything is opened, opened before the work, and
// written after it.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/base/output.h"

namespace driftbench {

/// The outputs of a command. The failure of one costs no other: it is kept until all are written, and then the run has
/// failed.
class Outputs {
 public:
  /// Adds an output, and changes nothing in its place. Throws ArgumentError where it cannot be written, or where
  /// another output, the messages of standard error or a file that the command reads has this place.
  Output& accept(const std::string& argument, const std::string& path, const char* possible = kFilePipeOrStdout);
  /// Names a file that the command reads, so that no output takes its place. To be called before any output is
  /// accepted.
  void keep(const std::string& argument, const std::string& path);
  /// Opens pipes and devices, once all outputs are accepted. Throws ArgumentError where that fails.
  void open();

  /// Returns whether one of them is stdout. Nothing else goes there then.
  bool stdout_is_taken() const;
  /// Gives the output its whole content. A file is written at once; stdout, and what may wait for a reader, is kept for
  /// later.
  void write(Output& output, std::string content);
  /// Keeps the failure of something that is no output.
  void fail(std::string what) { failures_.push_back(std::move(what)); }

  /// Prints what the text has beyond the text of the last call, unless an output goes to stdout. Each text begins with
  /// the one before. Where stdout fails, the failure is kept and nothing more is printed.
  void print_so_far(std::string_view text);
  /// Writes the contents that are for pipes and devices.
  void write_pipes();
  /// Returns whether the output could not be written.
  bool failed(const Output& output) const { return failed_.contains(&output); }
  /// Writes all contents that are left, then prints the text, whose beginning print_so_far() may have printed, unless
  /// an output goes to stdout. Throws RunError, which tells all failures, where there are any.
  void finish(std::string_view text);

 private:
  void fail(const Output& output, const std::string& reason);
  /// Prints the text to stdout, unless that has failed before.
  void print_next(std::string_view text);

  /// A file that the command reads, and the argument that names it.
  struct Input {
    std::string argument;
    struct stat file;
  };

  std::vector<Input> inputs_;
  std::list<Output> outputs_;
  std::list<std::pair<Output*, std::string>> waiting_;
  std::set<const Output*> failed_;
  std::vector<std::string> failures_;
  std::size_t printed_ = 0;  // characters of the text that are on stdout
  std::optional<std::string> stdout_failure_;
};

}  // namespace driftbench
