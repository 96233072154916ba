// The network's weights from files, and for builds that read none.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kernels/message_passing.h"

namespace driftbench {

/// What a file of weights holds. n and k are those that it says the network was trained for.
struct WeightsFile {
  std::string path;
  MessagePassingWeights weights;
  std::optional<int> n, k;
};

/// Reads a safetensors file: every tensor of the network, float32, and no other. Whatever else it holds is an
/// ArgumentError that names the file, the tensor and what was expected. Takes some tens of megabytes at most, whatever
/// the file and its header claim, and reads pipes.
WeightsFile read_weights(const std::string& path);

/// The same of a file's content; `path` is what errors name.
WeightsFile parse_weights(const std::string& path, std::string_view content);

/// A line on stderr where the network was trained for another n or k than these, as far as the file says: it can be
/// applied there, but nobody should do so unknowingly.
void warn_of_size(const WeightsFile& file, int n, int k);

/// A C++ header that defines `inline constexpr MessagePassingWeights name`, bit for bit.
std::string weights_header(const MessagePassingWeights& weights, const std::string& name);

/// The same in C: `static const float name[]`, in the order of driftbench_load_weights() of c/driftbench.h.
std::string weights_array(const MessagePassingWeights& weights, const std::string& name);

}  // namespace driftbench
