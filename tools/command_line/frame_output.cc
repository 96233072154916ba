#include "tools/command_line/frame_output.h"

#include <fmt/core.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstring>
#include <utility>
#include <vector>

#include "tools/base/errors.h"
#include "tools/base/npy.h"
#include "tools/base/quote.h"

namespace driftbench {
namespace {

std::vector<std::size_t> frame_shape(MatrixForm form, int n) {
  const auto size = static_cast<std::size_t>(n);
  if (form == MatrixForm::kFactor) return {size + 1};
  return {size, size};
}

}  // namespace

Option frames_option(const std::string& name, const std::string& otherwise, const std::string& help) {
  return {name, "FILE", kFilePipeOrStdout, otherwise, help};
}

ChoiceOption form_option() {
  return {"--format",
          {"full", "factor"},
          "What an array holds of a matrix: its n x n elements, or v of s v v^T and behind it s, n + 1 numbers"};
}

MatrixForm chosen_form(const ChoiceOption& option, bool has_frames, const std::string& beside) {
  const std::size_t chosen = option.value();
  if (option.given && !has_frames) {
    throw ArgumentError(
        fmt::format("{}: \"{}\" has no effect without {}; give both, or neither", option.name, *option.given, beside));
  }
  return chosen == 0 ? MatrixForm::kFull : MatrixForm::kFactor;
}

FrameOutput::FrameOutput(const std::string& argument, const std::string& path, Outputs& outputs)
    : output_(outputs.accept(argument, path)) {
  if (output_.is_stdout() && isatty(STDOUT_FILENO) != 0) {
    throw ArgumentError(
        fmt::format("{}: {} is not possible: arrays are nothing for a terminal; redirect it, or give a file", argument,
                    in_quotes(path, kMaxPathQuoted)));
  }
}

void FrameOutput::write(MatrixForm form, int n, std::span<const float> numbers) {
  if (!reason_.empty()) return;
  if (!file_) file_.emplace(output_);
  frame_ = npy_header(frame_shape(form, n));
  frame_.append(reinterpret_cast<const char*>(numbers.data()), numbers.size_bytes());
  const auto start = std::chrono::steady_clock::now();
  const int error = file_->write(frame_);
  seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (error == 0) {
    ++frames_;
  } else {
    is_broken_ = true;
    reason_ = std::strerror(error);
  }
}

void FrameOutput::end(std::string reason) {
  if (reason_.empty()) reason_ = std::move(reason);
}

std::optional<std::string> FrameOutput::finish(std::int64_t wanted) {
  const int error = file_ ? file_->finish() : 0;
  if (error != 0) end(std::strerror(error));
  if (reason_.empty()) return std::nullopt;
  return fmt::format("{}: {}: {}; {} of {} frames were written whole", output_.argument(),
                     in_quotes(output_.path(), kMaxPathQuoted), reason_, frames_, wanted);
}

std::optional<std::string> FrameOutput::describe_wait() const {
  constexpr double kNotableSeconds = 1;
  if (seconds_ < kNotableSeconds) return std::nullopt;
  return fmt::format("{}: {}: the frames waited {:.1f} s for {}", output_.argument(),
                     in_quotes(output_.path(), kMaxPathQuoted), seconds_,
                     output_.is_file() ? "the disk" : "the reader");
}

}  // namespace driftbench
