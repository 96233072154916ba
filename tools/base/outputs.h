// All outputs of a command: accepted before anything is opened, opened before the work, written after it.
#pragma once

#include <sys/stat.h>

#include <list>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/base/output.h"

namespace driftbench {

/// A failure costs no other output: it is kept until all are written, and then the run has failed.
class Outputs {
 public:
  /// Changes nothing in the place. ArgumentError where it cannot be written, or where another output goes.
  Output& accept(const std::string& argument, const std::string& path, const char* possible = kFilePipeOrStdout);
  /// Names a file that the command reads, before any output is accepted: none may take its place.
  void keep(const std::string& argument, const std::string& path);
  /// Opens pipes and devices, once all outputs are accepted. ArgumentError where that fails.
  void open();

  /// Whether one of them is stdout, where then nothing else goes.
  bool stdout_is_taken() const;
  /// The output's whole content. A file is written at once; what may wait for a reader is kept for later.
  void write(Output& output, std::string content);
  /// Something else has gone wrong.
  void fail(std::string what) { failures_.push_back(std::move(what)); }

  /// Writes the contents that are for pipes and devices.
  void write_pipes();
  /// Whether the output could not be written.
  bool failed(const Output& output) const { return failed_.contains(&output); }
  /// Writes all contents that are left, then the text to stdout unless an output has it. RunError, which tells all
  /// failures, where there are any.
  void finish(std::string_view text);

 private:
  void fail(const Output& output, const std::string& reason);

  /// A file that is read, by the argument that names it.
  struct Input {
    std::string argument;
    struct stat file;
  };

  std::vector<Input> inputs_;
  std::list<Output> outputs_;
  std::list<std::pair<Output*, std::string>> waiting_;
  std::set<const Output*> failed_;
  std::vector<std::string> failures_;
};

}  // namespace driftbench
