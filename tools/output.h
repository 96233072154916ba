// Where results go: files that are complete or absent, and a stdout whose failure is noticed.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace driftbench {

/// The file named by --json. It is opened when constructed, so that a place that cannot be written is found before the
/// work; a regular file gets its name only when commit() has written and closed all of it. "-" is stdout.
class OutputFile {
 public:
  /// ArgumentError where it cannot be opened.
  explicit OutputFile(std::string path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  bool is_stdout() const { return path_ == "-"; }
  /// RunError where not all of it could be written; nothing is left behind then.
  void commit(std::string_view content);

 private:
  std::string path_, temporary_;  // temporary_ is empty where the path is written directly: a pipe or a device
  std::FILE* file_ = nullptr;
};

/// RunError where the text, or anything before it, did not reach stdout.
void print_stdout(std::string_view text);

}  // namespace driftbench
