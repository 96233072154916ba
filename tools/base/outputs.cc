#include "tools/base/outputs.h"

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "tools/base/errors.h"
#include "tools/base/quote.h"
#include "tools/base/standard_streams.h"
#include "tools/base/write_file.h"

namespace driftbench {

Output& Outputs::accept(const std::string& argument, const std::string& path, const char* possible) {
  Output& added = outputs_.emplace_back(argument, path, possible);
  for (const Output& other : outputs_) {
    if (&other == &added || !added.is_where(other)) continue;
    throw ArgumentError(fmt::format("{}: {} is not possible: {} {} goes there; give each output its own place",
                                    argument, in_quotes(path, kMaxPathQuoted), other.argument(),
                                    in_quotes(other.path(), kMaxPathQuoted)));
  }
  if (struct stat messages{}; added.is_file() && fstat(STDERR_FILENO, &messages) == 0 && added.is_where(messages)) {
    throw ArgumentError(fmt::format("{}: {} is not possible: messages go there, as standard error; give another file",
                                    argument, in_quotes(path, kMaxPathQuoted)));
  }
  for (const Input& input : inputs_) {
    if (!added.is_where(input.file)) continue;
    throw ArgumentError(fmt::format("{}: {} is not possible: {} reads it; give another file", argument,
                                    in_quotes(path, kMaxPathQuoted), input.argument));
  }
  return added;
}

void Outputs::keep(const std::string& argument, const std::string& path) {
  struct stat file {};
  if (stat(path.c_str(), &file) == 0 && S_ISREG(file.st_mode)) inputs_.push_back({argument, file});
}

void Outputs::open() {
  for (Output& output : outputs_) output.open();
}

bool Outputs::stdout_is_taken() const {
  return std::any_of(outputs_.begin(), outputs_.end(), [](const Output& output) { return output.is_stdout(); });
}

void Outputs::write(Output& output, std::string content) {
  if (!output.is_file()) {
    waiting_.emplace_back(&output, std::move(content));
  } else if (const auto failure = write_file(output.target(), content)) {
    fail(output, *failure);
  }
}

void Outputs::write_pipes() {
  for (auto next = waiting_.begin(); next != waiting_.end();) {
    const auto current = next++;
    Output& output = *current->first;
    if (output.is_stdout()) continue;
    const int error = write_all(output.descriptor(), current->second);
    if (error != 0) fail(output, std::strerror(error));
    output.close();
    waiting_.erase(current);
  }
}

void Outputs::print_so_far(std::string_view text) {
  if (!stdout_is_taken()) print_next(text.substr(printed_));
  printed_ = text.size();
}

void Outputs::finish(std::string_view text) {
  write_pipes();
  for (const auto& [output, content] : waiting_) print_next(content);
  print_so_far(text);
  if (stdout_failure_) fail(*stdout_failure_);
  if (!failures_.empty()) throw RunError(fmt::format("{}", fmt::join(failures_, "; ")));
}

void Outputs::print_next(std::string_view text) {
  if (stdout_failure_) return;
  try {
    print_stdout(text);
  } catch (const RunError& error) {
    stdout_failure_ = error.what();
  }
}

void Outputs::fail(const Output& output, const std::string& reason) {
  failed_.insert(&output);
  fail(fmt::format("{}: {}: {}", output.argument(), in_quotes(output.path(), kMaxPathQuoted), reason));
}

}  // namespace driftbench
