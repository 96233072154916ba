// Tests the text of JSON values: numbers that are not finite, large integers, and strings that are not UTF-8.
#include "tools/base/json_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

namespace driftbench {
namespace {

using nlohmann::ordered_json;

TEST(JsonText, WhatIsNoNumberIsNull) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const ordered_json document{{"a", std::nan("")}, {"b", {1.5, kInfinity, {{"c", -kInfinity}}}}, {"d", std::nanf("")}};
  EXPECT_EQ(json_text(document, true), "{\"a\":null,\"b\":[1.5,null,{\"c\":null}],\"d\":null}\n");
}

/// A reader that computes in double precision must get the number that was written.
TEST(JsonText, WholeNumbersThatADoubleWouldChangeAreText) {
  constexpr std::uint64_t k53 = std::uint64_t{1} << 53;
  const auto text = [](const ordered_json& value) { return json_text(value, true); };
  EXPECT_EQ(text(0), "0\n");
  EXPECT_EQ(text(k53 - 1), "9007199254740991\n");
  EXPECT_EQ(text(k53), "\"9007199254740992\"\n");
  EXPECT_EQ(text(k53 + 1), "\"9007199254740993\"\n");
  EXPECT_EQ(text(UINT64_MAX), "\"18446744073709551615\"\n");
  EXPECT_EQ(text(1 - static_cast<std::int64_t>(k53)), "-9007199254740991\n");
  EXPECT_EQ(text(-static_cast<std::int64_t>(k53)), "\"-9007199254740992\"\n");
  EXPECT_EQ(text(INT64_MIN), "\"-9223372036854775808\"\n");
}

TEST(JsonText, TheRestIsAsItIs) {
  const ordered_json document{{"z", true}, {"a", nullptr}, {"s", "nan"}, {"x", 1e300}, {"l", ordered_json::array()}};
  EXPECT_EQ(json_text(document), "{\n \"z\": true,\n \"a\": null,\n \"s\": \"nan\",\n \"x\": 1e+300,\n \"l\": []\n}\n");
}

TEST(JsonText, BytesThatAreNoTextAreReplaced) { EXPECT_EQ(json_text("a\xff", true), "\"a\xef\xbf\xbd\"\n"); }

}  // namespace
}  // namespace driftbench
