// These functions read the network's weights from files, and write them as source text for builds that read none.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kernels/message_passing.h"

namespace driftbench {

/// What a file of weights holds. n and k are the size that it says the network was trained for.
struct WeightsFile {
  std::string path;
  MessagePassingWeights weights;
  std::optional<int> n, k;
};

/// Reads a safetensors file with every tensor of the network, float32, and no other. Throws ArgumentError, which names
/// the file, the tensor and what was expected, where it holds anything else. Takes some tens of megabytes at most,
/// whatever the file and its header claim, and reads pipes.
WeightsFile read_weights(const std::string& path);

/// Does the same with a file's content; `path` is what errors name.
WeightsFile parse_weights(const std::string& path, std::string_view content);

/// Prints a line on stderr where the network was trained for another n or k than these, as far as the file says. It can
/// be applied there, but nobody should do so unknowingly.
void warn_of_size(const WeightsFile& file, int n, int k);

/// Returns a C++ header that defines `inline constexpr MessagePassingWeights name`, bit for bit.
std::string weights_header(const MessagePassingWeights& weights, const std::string& name);

/// Returns the same in C: `static const float name[]`, in the order of driftbench_load_weights() of c/driftbench.h.
std::string weights_array(const MessagePassingWeights& weights, const std::string& name);

}  // namespace driftbench
