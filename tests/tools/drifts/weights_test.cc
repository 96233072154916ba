// Tests files of weights: what is read, and the messages on files that cannot be read.

#include "tools/drifts/weights.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "tests/kernels/network.h"
#include "tools/base/errors.h"

namespace driftbench {
namespace {

/// Returns the message with which read_weights refuses a file.
std::string refusal_of_path(const std::string& path) {
  try {
    read_weights(path);
  } catch (const ArgumentError& error) {
    return error.what();
  }
  return "accepted";
}

/// Returns the message with which a file is refused. It must be one line that begins with the file's name, which is
/// left out.
std::string refusal(const std::string& content) {
  const FileOfBytes file(content);
  const std::string text = refusal_of_path(file.path()), start = "--weights: " + file.path() + ": ";
  EXPECT_EQ(text.find('\n'), std::string::npos) << text;
  EXPECT_EQ(text.substr(0, start.size()), start);
  return text.size() < start.size() ? text : text.substr(start.size());
}

std::vector<FileTensor> good_tensors() { return tensors_of(random_weights(1)); }

/// Returns the message with which a good file is refused after one change.
std::string refusal_after(const std::function<void(std::vector<FileTensor>&)>& change) {
  auto tensors = good_tensors();
  change(tensors);
  return refusal(file_of(tensors));
}

/// Returns the message with which a good file is refused after one text in its header is replaced by another.
std::string refusal_with(const std::string& text, const std::string& replacement) {
  const std::string good = file_of(good_tensors());
  std::uint64_t length = 0;
  std::memcpy(&length, good.data(), 8);
  std::string header = good.substr(8, static_cast<std::size_t>(length));
  const auto at = header.find(text);
  EXPECT_NE(at, std::string::npos) << text;
  header.replace(at, text.size(), replacement);
  return refusal(file_of(header, good.substr(8 + static_cast<std::size_t>(length))));
}

TEST(WeightsTest, EveryTensorIsReadToItsPlace) {
  const MessagePassingWeights weights = random_weights(3);
  auto tensors = tensors_of(weights);
  for (const bool reversed : {false, true}) {
    if (reversed) std::reverse(tensors.begin(), tensors.end());
    const FileOfBytes file(file_of(tensors, R"({"n": "350", "k": "20", "layers": "10", "alpha_max": "0.85"})"));
    const WeightsFile read = read_weights(file.path());
    EXPECT_EQ(std::memcmp(&read.weights, &weights, sizeof weights), 0);
    EXPECT_EQ(read.n, 350);
    EXPECT_EQ(read.k, 20);
  }
}

TEST(WeightsTest, SizesMayBeUnknown) {
  const FileOfBytes file(file_of(good_tensors()));
  EXPECT_FALSE(read_weights(file.path()).n);
  EXPECT_FALSE(read_weights(file.path()).k);
}

TEST(WeightsTest, FilesThatCannotBeReadAreRefused) {
  EXPECT_EQ(refusal_of_path("/nonexistent/w.safetensors"),
            "--weights: /nonexistent/w.safetensors: No such file or directory");
  EXPECT_EQ(refusal_of_path("/"), "--weights: /: Is a directory");
  EXPECT_EQ(refusal_of_path(""), "--weights: : No such file or directory");
}

TEST(WeightsTest, WhatIsNotSafetensorsIsRefused) {
  EXPECT_EQ(refusal(""), "empty: 0 bytes; a safetensors file has a header's length in its first 8");
  EXPECT_EQ(refusal("1234567"), "truncated: 7 bytes; a safetensors file has a header's length in its first 8");
  EXPECT_EQ(refusal("PK\x03\x04 a zip archive of PyTorch's"),
            "not a safetensors file of this network: its header would take 8800140462016121680 bytes; expected 4194304 "
            "at most");
  EXPECT_EQ(
      refusal(std::string(8, '\xff') + "{}"),
      "not a safetensors file of this network: its header would take 18446744073709551615 bytes; expected 4194304 "
      "at most");
  const std::string no_json = "not a safetensors file: of its header, it is not JSON; expected a JSON object";
  EXPECT_EQ(refusal(file_of("{\"a\": ", "")), no_json);
  EXPECT_EQ(refusal(file_of("", "")), no_json);
  EXPECT_EQ(refusal(file_of("[]", "")), "not a safetensors file: its header is not a JSON object");
  EXPECT_EQ(refusal(file_of("{}", "")), "tensor msg_mlps.0.0.weight: missing; expected F32 [32, 3]");
}

TEST(WeightsTest, HeadersThatNestDeeplyAreRefused) {
  const std::string too_deep =
      "not a safetensors file: of its header, it is nested more than 64 deep; expected a JSON object";
  EXPECT_EQ(refusal(file_of(std::string(1'000'000, '['), "")), too_deep);
  const std::string nested = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_EQ(refusal_with("\"F32\"", nested), too_deep);
}

TEST(WeightsTest, LongMetadataAreRead) {
  const std::string metadata = R"({"n": "350", "history": ")" + std::string(1'000'000, 'x') + "\"}";
  const FileOfBytes file(file_of(good_tensors(), metadata));
  EXPECT_EQ(read_weights(file.path()).n, 350);
  EXPECT_NE(refusal(file_of(good_tensors(), R"({"history": ")" + std::string(std::size_t{4} << 20, 'x') + "\"}"))
                .find("expected 4194304 at most"),
            std::string::npos);
}

TEST(WeightsTest, EndlessAndHugeFilesAreRefusedEarly) {
  EXPECT_EQ(refusal_of_path("/dev/zero"),
            "--weights: /dev/zero: not a safetensors file: of its header, it is not JSON; expected a JSON object");
  const FileOfBytes file(file_of(good_tensors()));
  std::filesystem::resize_file(file.path(), std::uintmax_t{1} << 36);
  EXPECT_NE(refusal_of_path(file.path()).find("data beyond the tensors' 9156 bytes; expected none"), std::string::npos);
}

TEST(WeightsTest, EveryTruncationIsRefused) {
  const std::string good = file_of(good_tensors());
  for (std::size_t size = 0; size < good.size(); size += size < 64 ? 1 : 997) {
    EXPECT_NE(refusal(good.substr(0, size)), "accepted") << size;
  }
  EXPECT_EQ(refusal(good.substr(0, 1000)).substr(0, 12), "truncated: a");
  EXPECT_EQ(refusal(good.substr(0, good.size() - 1)), "truncated: 9155 of 9156 bytes of data");
  EXPECT_EQ(refusal(good.substr(0, good.size() - 9156)), "truncated: 0 of 9156 bytes of data");
  EXPECT_EQ(refusal(good + "x"), "data beyond the tensors' 9156 bytes; expected none");
}

TEST(WeightsTest, MissingUnknownAndDuplicateTensorsAreRefused) {
  EXPECT_EQ(refusal_after([](auto& tensors) {
              tensors.erase(std::find_if(tensors.begin(), tensors.end(), [](const FileTensor& tensor) {
                return tensor.name == "upd_mlps.3.2.weight";
              }));
            }),
            "tensor upd_mlps.3.2.weight: missing; expected F32 [1, 16]");
  EXPECT_EQ(refusal_after([](auto& tensors) {
              tensors.push_back({"msg_mlps.10.0.bias", "F32", "[1]", "1234"});
            }),
            "tensor msg_mlps.10.0.bias: not a part of the network; expected its 96 tensors and no other, "
            "msg_mlps.0.0.weight to readout_coefs");
  EXPECT_EQ(refusal_after([](auto& tensors) { tensors.push_back(tensors[7]); }),
            "not a safetensors file: of its header, it names \"" + good_tensors()[7].name +
                "\" twice in an object; expected a JSON object");
}

TEST(WeightsTest, NamesAreShownOnOneLine) {
  const auto with = [](const std::string& name) {
    return refusal_after([&](auto& tensors) { tensors.push_back({name, "F32", "[1]", "1234"}); });
  };
  EXPECT_EQ(with("a\\nb\\u0000\\u001b[31m").substr(0, 27), "tensor a\\x0ab\\x00\\x1b[31m: ");
  EXPECT_EQ(with(std::string(300, 'x')).substr(0, 91),
            "tensor " + std::string(38, 'x') + "..." + std::string(39, 'x') + ": no");
}

TEST(WeightsTest, WrongShapesAndTypesAreRefused) {
  const auto with = [](const std::string& name, const std::string& dtype, const std::string& shape) {
    return refusal_after([&](auto& tensors) {
      tensor_named(tensors, name).dtype = dtype;
      tensor_named(tensors, name).shape = shape;
    });
  };
  EXPECT_EQ(with("msg_mlps.4.0.weight", "F32", "[3, 32]"),
            "tensor msg_mlps.4.0.weight: shape [3,32]; expected F32 [32, 3]");
  EXPECT_EQ(with("msg_mlps.4.0.weight", "F32", "[96]"), "tensor msg_mlps.4.0.weight: shape [96]; expected F32 [32, 3]");
  EXPECT_EQ(with("log_scale", "F32", "[]"), "tensor log_scale: shape []; expected F32 [1]");
  EXPECT_EQ(with("log_scale", "F32", "\"one\""), "tensor log_scale: shape \"one\"; expected F32 [1]");
  EXPECT_EQ(with("log_scale", "F64", "[1]"), "tensor log_scale: dtype \"F64\"; expected F32 [1]");
  EXPECT_EQ(with("log_scale", "I32", "[1]"), "tensor log_scale: dtype \"I32\"; expected F32 [1]");
  EXPECT_EQ(with("log_scale", "F32", "\"" + std::string(300, 'x') + "\"").size(),
            std::string("tensor log_scale: shape ; expected F32 [1]").size() + 80);
}

TEST(WeightsTest, OffsetsThatOverlapOrLeaveTheFileAreRefused) {
  const std::string first = "[0, 4]";  // the offsets of log_scale
  EXPECT_EQ(refusal_with(first, "[0, 8]"), "tensor log_scale: data_offsets [0,8]; expected 4 bytes");
  EXPECT_EQ(refusal_with(first, "[4, 0]"), "tensor log_scale: data_offsets [4,0]; expected 4 bytes");
  EXPECT_EQ(refusal_with(first, "[-4, 0]"), "tensor log_scale: data_offsets [-4,0]; expected two whole numbers");
  EXPECT_EQ(refusal_with(first, "[0.0, 4.0]"), "tensor log_scale: data_offsets [0.0,4.0]; expected two whole numbers");
  EXPECT_EQ(refusal_with(first, "4"), "tensor log_scale: data_offsets 4; expected two whole numbers");
  EXPECT_EQ(refusal_with("\"data_offsets\": [0, 4]", "\"x\": 0"),
            "tensor log_scale: data_offsets missing; expected two whole numbers");
  EXPECT_EQ(refusal_with(first, "[18446744073709551612, 18446744073709551616]"),
            "tensor log_scale: data_offsets [18446744073709551612,1.8446744073709552e+19]; expected two whole numbers");
  for (const char* far : {"[9156, 9160]", "[18446744073709551611, 18446744073709551615]"}) {
    EXPECT_NE(refusal_with(first, far).find("expected them where the tensor before ends"), std::string::npos) << far;
  }
  EXPECT_NE(refusal_with(first, "[4, 8]").find("; expected them where the tensor before ends, at "), std::string::npos);
  EXPECT_NE(refusal_with(first, "[2, 6]").find("its data begin at 2; expected them where the tensor before ends, at 0"),
            std::string::npos);
}

/// Two tensors have the same data, and all else is as it should be: no byte of the file is left over.
TEST(WeightsTest, TensorsThatShareTheirDataAreRefused) {
  auto tensors = good_tensors();
  ASSERT_EQ(tensors[0].shape, tensors[1].shape);
  std::string header = "{" + header_entry(tensors[0], 0, 4), data = tensors[0].bytes;
  tensors.erase(tensors.begin());
  for (const FileTensor& tensor : tensors) {
    const std::size_t begin = &tensor == &tensors.front() ? 0 : data.size();
    header += ", " + header_entry(tensor, begin, begin + tensor.bytes.size());
    if (begin > 0) data += tensor.bytes;
  }
  const std::string said = refusal(file_of(header + "}", data));
  EXPECT_NE(said.find("its data begin at 0; expected them where the tensor before ends, at 4"), std::string::npos)
      << said;
}

TEST(WeightsTest, EntriesThatAreNoObjectsAreRefused) {
  EXPECT_EQ(refusal_with("{\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4]}", "3"),
            "tensor log_scale: its entry in the header is not an object; expected F32 [1]");
}

TEST(WeightsTest, NumbersThatAreNotFiniteAreRefused) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    const std::string text = refusal_after(
        [&](auto& tensors) { std::memcpy(tensor_named(tensors, "msg_mlps.9.0.bias").bytes.data() + 20, &bad, 4); });
    EXPECT_EQ(text, std::string("tensor msg_mlps.9.0.bias: value 5 is ") + (std::isnan(bad) ? "nan" : "inf") +
                        "; expected finite numbers");
  }
}

TEST(WeightsTest, MetadataOfAnotherNetworkAreRefused) {
  const auto with = [](const std::string& metadata) { return refusal(file_of(good_tensors(), metadata)); };
  EXPECT_EQ(with(R"({"layers": "12"})"), "__metadata__ layers is \"12\"; expected 10, which the network has");
  EXPECT_EQ(with(R"({"leaky_slope": "0.2"})"),
            "__metadata__ leaky_slope is \"0.2\"; expected 0.01, which the network has");
  EXPECT_EQ(with(R"({"alpha_max": 0.85})"), "__metadata__ alpha_max is 0.85; expected 0.85, which the network has");
  EXPECT_EQ(with(R"({"soft_iters": ""})"), "__metadata__ soft_iters is \"\"; expected 3, which the network has");
  EXPECT_EQ(with(R"({"k": "many"})"), "__metadata__ k is \"many\"; expected a whole number in quotes");
  EXPECT_EQ(with(R"({"n": "-350"})"), "__metadata__ n is \"-350\"; expected a whole number in quotes");
  EXPECT_EQ(with("[]"), "__metadata__ is not an object; expected texts by name");
}

}  // namespace
}  // namespace driftbench
