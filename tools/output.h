// Where results go: files that are complete or absent, and a stdout whose failure is noticed.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace driftbench {

/// A file named by an argument, such as --json; "-" is stdout. A place that cannot be written is found when it is
/// constructed, before the work. A regular file appears, or is replaced, only when commit() has written and closed all
/// of it, under another name: a run that fails or is interrupted leaves what was there before.
class OutputFile {
 public:
  /// ArgumentError where it cannot be written.
  OutputFile(const std::string& argument, std::string path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  bool is_stdout() const { return path_ == "-"; }
  /// RunError where not all of it could be written; nothing is left behind then.
  void commit(std::string_view content);

 private:
  std::string path_, temporary_;
  std::FILE* file_ = nullptr;  // a pipe or a device, which is written directly; it has no temporary_
};

/// RunError where the text, or anything before it, did not reach stdout.
void print_stdout(std::string_view text);

}  // namespace driftbench
