#include "tools/drifts/weights.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

#include "tools/base/bounded_file.h"
#include "tools/base/bounded_json.h"
#include "tools/base/errors.h"
#include "tools/base/quote.h"

namespace driftbench {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors files are little-endian and read as they lie");

using nlohmann::json;

constexpr std::size_t kLengthBytes = 8;
/// A header may have this many bytes. The network's own tensors take 8 KiB of it; the rest is for metadata.
constexpr std::size_t kMaxHeaderBytes = kMaxJsonBytes;
constexpr std::size_t kDataBytes = sizeof(MessagePassingWeights);

/// Says where a tensor of the file belongs.
struct Tensor {
  std::string name;
  std::vector<std::size_t> shape;
  std::span<float> values;
};

template <int Inputs, int Units>
void add_tensors(const std::string& prefix, TwoLayers<Inputs, Units>& mlp, std::vector<Tensor>& tensors) {
  constexpr std::size_t kInputs = Inputs, kUnits = Units;
  tensors.push_back({prefix + ".0.weight", {kUnits, kInputs}, {&mlp.first[0][0], kUnits * kInputs}});
  tensors.push_back({prefix + ".0.bias", {kUnits}, mlp.first_bias});
  tensors.push_back({prefix + ".2.weight", {1, kUnits}, mlp.second});
  tensors.push_back({prefix + ".2.bias", {1}, {&mlp.second_bias, 1}});
}

/// Returns every tensor under its name in PyTorch.
std::vector<Tensor> all_tensors(MessagePassingWeights& weights) {
  std::vector<Tensor> tensors;
  for (int layer = 0; layer < MessagePassingWeights::kLayers; ++layer) {
    add_tensors(fmt::format("msg_mlps.{}", layer), weights.message[layer], tensors);
    add_tensors(fmt::format("upd_mlps.{}", layer), weights.update[layer], tensors);
    tensors.push_back({fmt::format("logit_alpha.{}", layer), {1}, {&weights.logit_alpha[layer], 1}});
  }
  add_tensors("tiny_decoder", weights.decoder, tensors);
  tensors.push_back({"log_scale", {1}, {&weights.log_scale, 1}});
  tensors.push_back({"readout_coefs", {1}, {&weights.readout, 1}});
  return tensors;
}

/// Reads one file and says what is wrong with it.
class WeightsReader {
 public:
  explicit WeightsReader(std::string path) : path_(std::move(path)) {}

  /// Returns the file's content, or as much of it as a file of the network can have and one byte more.
  std::string load() const {
    try {
      return read_at_most(path_, kLengthBytes + kMaxHeaderBytes + kDataBytes + 1);
    } catch (const std::system_error& error) {
      refuse(error.code().message());
    }
  }

  WeightsFile parse(std::string_view content) {
    const json header = parse_header(content);
    const std::string_view data = content.substr(kLengthBytes + header_bytes_);

    WeightsFile file;
    file.path = path_;
    std::vector<Tensor> tensors = all_tensors(file.weights);
    refuse_unknown(header, tensors);
    std::vector<Extent> extents;
    for (const Tensor& tensor : tensors) extents.push_back(find(header, tensor));
    refuse_gaps(extents, data.size());
    for (std::size_t i = 0; i < tensors.size(); ++i) copy(data.substr(extents[i].begin), tensors[i]);
    read_metadata(header, file);
    return file;
  }

 private:
  /// The bytes of a tensor in the data.
  struct Extent {
    std::size_t begin, end;
    std::string name;
  };

  [[noreturn]] void refuse(const std::string& what) const {
    throw ArgumentError(fmt::format("--weights: {}: {}", shown(path_, kMaxPathQuoted), what));
  }

  [[noreturn]] void refuse(const std::string& tensor, const std::string& what) const {
    refuse(fmt::format("tensor {}: {}", shown(tensor), what));
  }

  json parse_header(std::string_view content) {
    if (content.size() < kLengthBytes) {
      refuse(fmt::format("{}: {} bytes; a safetensors file has a header's length in its first {}",
                         content.empty() ? "empty" : "truncated", content.size(), kLengthBytes));
    }
    std::uint64_t length = 0;
    std::memcpy(&length, content.data(), kLengthBytes);
    if (length > kMaxHeaderBytes) {
      refuse(fmt::format("not a safetensors file of this network: its header would take {} bytes; expected {} at most",
                         length, kMaxHeaderBytes));
    }
    if (length > content.size() - kLengthBytes) {
      refuse(
          fmt::format("truncated: a header of {} bytes, of which {} are there", length, content.size() - kLengthBytes));
    }
    header_bytes_ = static_cast<std::size_t>(length);
    try {
      json header = parse_bounded_json(content.substr(kLengthBytes, header_bytes_));
      if (header.is_object()) return header;
    } catch (const JsonRefusal& refusal) {
      refuse(fmt::format("not a safetensors file: of its header, {}; expected a JSON object", refusal.what()));
    }
    refuse("not a safetensors file: its header is not a JSON object");
  }

  void refuse_unknown(const json& header, const std::vector<Tensor>& tensors) const {
    for (const auto& item : header.items()) {
      const auto same_name = [&](const Tensor& tensor) { return tensor.name == item.key(); };
      if (item.key() != "__metadata__" && std::none_of(tensors.begin(), tensors.end(), same_name)) {
        refuse(item.key(), fmt::format("not a part of the network; expected its {} tensors and no other, {} to {}",
                                       tensors.size(), tensors.front().name, tensors.back().name));
      }
    }
  }

  Extent find(const json& header, const Tensor& tensor) const {
    const std::string expected = fmt::format("expected F32 [{}]", fmt::join(tensor.shape, ", "));
    const auto entry = header.find(tensor.name);
    if (entry == header.end()) refuse(tensor.name, "missing; " + expected);
    if (!entry->is_object()) refuse(tensor.name, "its entry in the header is not an object; " + expected);
    const json dtype = entry->value("dtype", json()), shape = entry->value("shape", json());
    if (dtype != "F32") refuse(tensor.name, fmt::format("dtype {}; {}", shown_json(dtype), expected));
    if (shape != json(tensor.shape)) refuse(tensor.name, fmt::format("shape {}; {}", shown_json(shape), expected));

    const json offsets = entry->value("data_offsets", json());
    const std::size_t bytes = tensor.values.size_bytes();
    const bool pair =
        offsets.is_array() && offsets.size() == 2 && offsets[0].is_number_unsigned() && offsets[1].is_number_unsigned();
    if (!pair) refuse(tensor.name, fmt::format("data_offsets {}; expected two whole numbers", shown_json(offsets)));
    const auto begin = offsets[0].get<std::uint64_t>(), end = offsets[1].get<std::uint64_t>();
    if (end < begin || end - begin != bytes) {
      refuse(tensor.name, fmt::format("data_offsets {}; expected {} bytes", shown_json(offsets), bytes));
    }
    return {static_cast<std::size_t>(begin), static_cast<std::size_t>(end), tensor.name};
  }

  /// Refuses tensors that do not cover all data, or cover a part twice.
  void refuse_gaps(std::vector<Extent> extents, std::size_t data_bytes) const {
    std::sort(extents.begin(), extents.end(), [](const Extent& a, const Extent& b) { return a.begin < b.begin; });
    std::size_t end = 0;
    for (const Extent& extent : extents) {
      if (extent.begin != end) {
        refuse(extent.name, fmt::format("its data begin at {}; expected them where the tensor before ends, at {}",
                                        extent.begin, end));
      }
      end = extent.end;
    }
    if (end > data_bytes) refuse(fmt::format("truncated: {} of {} bytes of data", data_bytes, end));
    if (end < data_bytes) refuse(fmt::format("data beyond the tensors' {} bytes; expected none", end));
  }

  void copy(std::string_view data, const Tensor& tensor) const {
    std::memcpy(tensor.values.data(), data.data(), tensor.values.size_bytes());
    for (std::size_t i = 0; i < tensor.values.size(); ++i) {
      if (!std::isfinite(tensor.values[i])) {
        refuse(tensor.name, fmt::format("value {} is {}; expected finite numbers", i, tensor.values[i]));
      }
    }
  }

  void read_metadata(const json& header, WeightsFile& file) const {
    const json metadata = header.value("__metadata__", json::object());
    if (!metadata.is_object()) refuse("__metadata__ is not an object; expected texts by name");
    file.n = read_size(metadata, "n");
    file.k = read_size(metadata, "k");
    const std::array<std::pair<const char*, double>, 4> fixed{{{"layers", MessagePassingWeights::kLayers},
                                                               {"soft_iters", kMessagePassingIterations},
                                                               {"alpha_max", kMaxKept},
                                                               {"leaky_slope", kLeakySlope}}};
    for (const auto& [name, value] : fixed) {
      const auto entry = metadata.find(name);
      if (entry == metadata.end()) continue;
      const auto given = number<double>(*entry);
      if (!given || static_cast<float>(*given) != static_cast<float>(value)) {
        refuse(fmt::format("__metadata__ {} is {}; expected {:.7g}, which the network has", name, shown_json(*entry),
                           value));
      }
    }
  }

  std::optional<int> read_size(const json& metadata, const char* name) const {
    const auto entry = metadata.find(name);
    if (entry == metadata.end()) return std::nullopt;
    const auto value = number<int>(*entry);
    if (!value || *value < 1) {
      refuse(fmt::format("__metadata__ {} is {}; expected a whole number in quotes", name, shown_json(*entry)));
    }
    return value;
  }

  template <class T>
  static std::optional<T> number(const json& text) {
    if (!text.is_string()) return std::nullopt;
    const auto& digits = text.get_ref<const std::string&>();
    T value{};
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return value;
  }

  static std::string shown_json(const json& value) {
    return value.is_null() ? "missing" : shown(value.dump(-1, ' ', /*ensure_ascii=*/true));
  }

  std::string path_;
  std::size_t header_bytes_ = 0;
};

std::string literal(float value) { return fmt::format("{:a}f", value); }

template <std::size_t Count>
std::string literals(const float (&values)[Count]) {
  std::vector<std::string> parts;
  for (float value : values) parts.push_back(literal(value));
  return fmt::format("{{{}}}", fmt::join(parts, ", "));
}

template <int Inputs, int Units>
std::string literal(const TwoLayers<Inputs, Units>& mlp) {
  std::vector<std::string> rows;
  for (const auto& row : mlp.first) rows.push_back(literals(row));
  return fmt::format("{{{{{}}},\n     {},\n     {},\n     {}}}", fmt::join(rows, ",\n      "), literals(mlp.first_bias),
                     literals(mlp.second), literal(mlp.second_bias));
}

template <class Mlp, std::size_t Count>
std::string literal(const Mlp (&mlps)[Count]) {
  std::vector<std::string> parts;
  for (const Mlp& mlp : mlps) parts.push_back(literal(mlp));
  return fmt::format("{{{}}}", fmt::join(parts, ",\n    "));
}

}  // namespace

WeightsFile read_weights(const std::string& path) {
  WeightsReader reader(path);
  return reader.parse(reader.load());
}

WeightsFile parse_weights(const std::string& path, std::string_view content) {
  return WeightsReader(path).parse(content);
}

void warn_of_size(const WeightsFile& file, int n, int k) {
  if (file.n.value_or(n) == n && file.k.value_or(k) == k) return;
  const auto known = [](std::optional<int> size) { return size ? fmt::format("{}", *size) : "unknown"; };
  fmt::print(stderr, "driftbench: warning: --weights {}: trained for n = {}, k = {}; used with n = {}, k = {}\n",
             shown(file.path, kMaxPathQuoted), known(file.n), known(file.k), n, k);
}

std::string weights_header(const MessagePassingWeights& weights, const std::string& name) {
  return fmt::format(
      "// Made by weights_to_header.\n"
      "#pragma once\n\n"
      "#include \"kernels/message_passing.h\"\n\n"
      "inline constexpr driftbench::MessagePassingWeights {}{{\n"
      "    .message = {},\n    .update = {},\n    .decoder = {},\n    .logit_alpha = {},\n    .log_scale = {},\n"
      "    .readout = {}}};\n",
      name, literal(weights.message), literal(weights.update), literal(weights.decoder), literals(weights.logit_alpha),
      literal(weights.log_scale), literal(weights.readout));
}

std::string weights_array(const MessagePassingWeights& weights, const std::string& name) {
  std::array<float, sizeof weights / sizeof(float)> values;
  std::memcpy(values.data(), &weights, sizeof weights);
  std::vector<std::string> literals;
  for (float value : values) literals.push_back(literal(value));
  return fmt::format("// Made by weights_to_header --c.\nstatic const float {}[{}] = {{\n    {}}};\n", name,
                     values.size(), fmt::join(literals, ",\n    "));
}

}  // namespace driftbench
