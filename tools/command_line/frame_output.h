// Commands write matrices while they work, as frames: .npy arrays one after another, as denoise reads them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "tools/base/outputs.h"
#include "tools/base/stream_file.h"
#include "tools/command_line/option.h"
#include "tools/measurements/requests.h"

namespace driftbench {

/// Return the option that says where frames go, and the one that says what is in a frame, for the frames of `what`.
Option frames_option(const std::string& name, const std::string& otherwise, const std::string& help);
ChoiceOption form_option();
/// Returns the form that the option chooses. Throws ArgumentError where the option is given and there are no frames of
/// matrices that have a factor; `beside` names the option that asks for some.
MatrixForm chosen_form(const ChoiceOption& option, bool has_frames, const std::string& beside);

/// An output for frames. A reader that is slow is waited for.
class FrameOutput {
 public:
  /// Accepts the place as an output of the command; the outputs outlive this object. Throws ArgumentError where it
  /// cannot be written, and where it is a terminal.
  FrameOutput(const std::string& argument, const std::string& path, Outputs& outputs);

  /// Writes a frame of n x n numbers, or of the n + 1 of a factor, in one go. After a failure, nothing more is written.
  void write(MatrixForm form, int n, std::span<const float> numbers);
  /// Leaves out the next frame and all that follow, for that reason.
  void end(std::string reason);

  std::int64_t frames() const { return frames_; }
  /// Returns whether a frame could not be written.
  bool is_broken() const { return is_broken_; }
  /// Brings a file down to the disk. Returns one line that says why frames are missing, and how many of `wanted` were
  /// written whole; none where all were.
  std::optional<std::string> finish(std::int64_t wanted);
  /// Says how long frames were waited for to be taken; none where it was less than a second.
  std::optional<std::string> describe_wait() const;

 private:
  const Output& output_;
  std::optional<StreamFile> file_;  // once there is a frame to write
  std::string frame_;
  std::int64_t frames_ = 0;  // those that were written whole
  double seconds_ = 0;       // that writing took
  bool is_broken_ = false;
  std::string reason_;  // why no more is written; empty where more is
};

}  // namespace driftbench
