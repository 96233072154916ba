// Tests `driftbench scaling` from the shell.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernels/simd.h"
#include "runtime/clock.h"
#include "tests/support.h"
#include "tests/tools/command_line/run.h"
#include "tools/base/power_law.h"
#include "tools/command_line/scaling_picture.h"
#include "tools/machine/caches.h"
#include "tools/machine/core_limits.h"

namespace driftbench {
namespace {

using nlohmann::json;

const char* const kBySize[] = {"sizes", "ks", "p50_ns", "state_bytes", "matrix_bytes", "cache_level"};

/// Fields that are null for a drift without products.
const char* const kOfProducts[] = {"multiply_adds_a_step", "products",           "bytes_a_step",
                                   "operations_a_step",    "drift_ns",           "roofline_ns",
                                   "product_ns",           "product_roofline_ns"};

/// Returns what `list` says of the sizes of sparse signs that have a drift, by n: "n,k,state_bytes".
std::vector<std::vector<std::size_t>> listed(const std::string& drift) {
  std::vector<std::vector<std::size_t>> sizes;
  const json all = run_json("list").at("results");
  for (const json& result : all) {
    if (result.at("drift") != drift || result.at("target") != "sparse-signs") continue;
    sizes.push_back({result.at("n"), result.at("k"), result.at("state_bytes")});
  }
  std::sort(sizes.begin(), sizes.end());
  return sizes;
}

void expect_every_listed_size(const json& result) {
  const auto expected = listed(result.at("drift"));
  ASSERT_GE(expected.size(), 3U);
  for (const char* key : kBySize) ASSERT_EQ(result.at(key).size(), expected.size()) << key;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(result.at("sizes")[i], expected[i][0]);
    EXPECT_EQ(result.at("ks")[i], expected[i][1]);
    EXPECT_EQ(result.at("state_bytes")[i], expected[i][2]);
    EXPECT_GT(result.at("p50_ns")[i], 0.0);
  }
}

TEST(Scaling, EveryDriftAtEverySizeThatHasIt) {
  if (kSanitized) GTEST_SKIP() << "takes minutes so; the others run the same code with cheaper drifts";
  const json all = run_json("scaling --steps 20 --seed 5 --target-w 0.25").at("results");
  std::vector<std::string> drifts;
  for (const json& result : all) {
    drifts.push_back(result.at("drift"));
    EXPECT_EQ(result.at("seed"), 5);
    EXPECT_EQ(result.at("target_w"), 0.25);
    EXPECT_EQ(result.at("steps"), 20);
    for (const char* key : {"sign_patterns", "pattern_exponent", "pattern_exponent_stderr"}) {
      EXPECT_EQ(result.contains(key), result.at("drift") == "exact") << key;
    }
    expect_every_listed_size(result);
  }
  for (const char* drift : {"zero", "power", "spectral", "amp", "exact"}) {
    EXPECT_EQ(std::count(drifts.begin(), drifts.end(), drift), 1) << drift;
  }
}

TEST(Scaling, WrappedDrifts) {
  const json all = run_json("scaling --steps 20 --drift 'gated(power),zero'").at("results");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].at("drift"), "gated(power)");
  EXPECT_EQ(all[0].at("sizes"), all[1].at("sizes"));
}

TEST(Scaling, OneK) {
  const json result = run_json("scaling --k 3 --steps 20 --drift exact").at("results").at(0);
  EXPECT_EQ(result.at("sizes"), json({12, 16, 20}));
  EXPECT_EQ(result.at("ks"), json({3, 3, 3}));
  // There are C(n, 3) 2^2 patterns, and ceil(n / 16) rows of tiles of 16 x 16 floats.
  EXPECT_EQ(result.at("sign_patterns"), json({880, 2240, 4560}));
  EXPECT_EQ(result.at("matrix_bytes"), json({1024, 1024, 3072}));
}

TEST(Scaling, TheExponentIsOfTheTimesShown) {
  const json result = run_json("scaling --steps 40 --drift power").at("results").at(0);
  const auto law =
      fit_power_law(result.at("sizes").get<std::vector<double>>(), result.at("p50_ns").get<std::vector<double>>());
  ASSERT_TRUE(law.has_value());
  EXPECT_NEAR(result.at("exponent").get<double>(), law->exponent, 1e-12);
  EXPECT_NEAR(result.at("exponent_stderr").get<double>(), law->standard_error, 1e-12);
}

TEST(Scaling, NoExponentWithFewerThanThreeSizes) {
  const json result = run_json("scaling --k 20 --steps 20 --drift zero").at("results").at(0);
  EXPECT_EQ(result.at("sizes"), json({350}));
  EXPECT_TRUE(result.at("exponent").is_null());
  EXPECT_TRUE(result.at("exponent_stderr").is_null());
  EXPECT_NE(run("$D scaling --k 20 --steps 20 --drift zero").out.find("zero          -   -"), std::string::npos);
}

TEST(Scaling, ExactFollowsItsSignPatterns) {
  const json result = run_json("scaling --k 3 --steps 200 --drift exact").at("results").at(0);
  EXPECT_EQ(result.at("sizes"), json({12, 16, 20}));
  EXPECT_EQ(result.at("sign_patterns"), json({880, 2240, 4560}));
  const auto law = fit_power_law(result.at("sign_patterns").get<std::vector<double>>(),
                                 result.at("p50_ns").get<std::vector<double>>());
  ASSERT_TRUE(law.has_value());
  EXPECT_NEAR(result.at("pattern_exponent").get<double>(), law->exponent, 1e-12);
  EXPECT_NEAR(result.at("pattern_exponent_stderr").get<double>(), law->standard_error, 1e-12);
}

TEST(Scaling, NoPatternExponentWithFewerThanThreeSizes) {
  const json result = run_json("scaling --k 4 --steps 20 --drift exact").at("results").at(0);
  EXPECT_EQ(result.at("sign_patterns"), json({85008, 287680}));
  EXPECT_TRUE(result.at("pattern_exponent").is_null());
  EXPECT_TRUE(result.at("pattern_exponent_stderr").is_null());
}

TEST(Scaling, CacheLevels) {
  const json document = run_json("scaling --steps 20 --drift zero");
  const json& caches = document.at("environment").at("caches");
  const json& result = document.at("results").at(0);
  std::vector<Cache> known;
  for (const auto& [name, bytes] : caches.items()) known.push_back({name, bytes.get<std::size_t>()});
  for (std::size_t i = 0; i < result.at("sizes").size(); ++i) {
    const auto level = level_that_holds(result.at("matrix_bytes")[i], known);
    EXPECT_EQ(result.at("cache_level")[i], level ? json(*level) : json()) << i;
  }
}

TEST(Scaling, TheTableSaysWhatTheExponentMixes) {
  const std::string mixed = run("$D scaling --steps 20 --drift zero").out;
  EXPECT_NE(mixed.find("--k takes those of one k"), std::string::npos) << mixed;
  EXPECT_EQ(mixed.find("patterns"), std::string::npos) << mixed;
  const std::string clean = run("$D scaling --steps 20 --drift zero,exact --k 3").out;
  EXPECT_EQ(clean.find("--k takes"), std::string::npos) << clean;
  EXPECT_NE(clean.find("patterns"), std::string::npos) << clean;
  EXPECT_NE(clean.find("4560"), std::string::npos) << clean;
  EXPECT_NE(clean.find("their exponent"), std::string::npos) << clean;
}

TEST(Scaling, ProductsOfAmp) {
  if (kSanitized) GTEST_SKIP() << "takes minutes so; the others run the same code with cheaper drifts";
  const json all = run_json("scaling --steps 40 --drift amp,zero").at("results");
  const json &amp = all.at(0), &zero = all.at(1);
  for (std::size_t i = 0; i < amp.at("sizes").size(); ++i) {
    const double n = amp.at("sizes")[i], matrix = amp.at("matrix_bytes")[i], products = amp.at("products")[i];
    EXPECT_GE(products, 3);    // a start, an iteration and the evidence
    EXPECT_LE(products, 100);  // the most that amp ever takes
    EXPECT_EQ(amp.at("bytes_a_step")[i], (products + 2) * matrix);
    EXPECT_EQ(amp.at("multiply_adds_a_step")[i], (products + 0.5) * n * n);
    EXPECT_EQ(amp.at("operations_a_step")[i], amp.at("multiply_adds_a_step")[i]);
    // The drift's roofline consists of its products alone.
    EXPECT_DOUBLE_EQ(amp.at("roofline_ns")[i].get<double>(), products * amp.at("product_roofline_ns")[i].get<double>());
    EXPECT_GT(amp.at("product_roofline_ns")[i], 0);
    EXPECT_GT(amp.at("product_ns")[i], 0);
    EXPECT_GT(amp.at("drift_ns")[i], amp.at("product_ns")[i]);
    EXPECT_GT(amp.at("p50_ns")[i], amp.at("drift_ns")[i]);
  }
  for (const char* key : kOfProducts) {
    for (const json& value : zero.at(key)) EXPECT_TRUE(value.is_null()) << key;
  }
  // 1024^2 multiply-adds take longer than 350^2 on any machine.
  EXPECT_GT(amp.at("roofline_ns").back(), amp.at("roofline_ns").front());
}

/// What a step must amount to.
struct Expected {
  std::string drift;
  std::optional<double> products;              ///< absent where a drift takes as many as it needs
  double matrices, multiply_adds, operations;  ///< beyond the products with Y: bytes over Y's, operations over n^2
};

TEST(Scaling, WorkAStep) {
  // The update reads and writes Y and is half a product's operations. power-bf16 has products of half the bytes and 1.5
  // times the operations; to round Y it reads all of it and writes half as much.
  const std::vector<Expected> all = {{"power", 25, 2, 0.5, 0.5},
                                     {"gated(power)", 25, 2, 0.5, 0.5},
                                     {"power-bf16", 25, 2 + 1.5 - 12.5, 0.5, 0.5 + 2.75 + 12.5},
                                     {"soft-spectral", {}, 2 + 4, 0.5, 0.5 + 3.5},
                                     {"soft-spectral-split", {}, 2 + 10, 0.5 + 1, 0.5 + 1 + 3.5},
                                     {"lipschitz(spectral)", {}, 2, 0.5, 0.5},
                                     {"lipschitz(power)", 16 * 25, 2 + 16 * 6 + 1, 0.5 + 16, 0.5 + 16}};
  std::string drifts;
  for (const Expected& expected : all) drifts += (drifts.empty() ? "" : ",") + expected.drift;
  const json results = run_json("scaling --k 4 --steps 20 --drift '" + drifts + "'").at("results");
  ASSERT_EQ(results.size(), all.size());
  for (std::size_t drift = 0; drift < all.size(); ++drift) {
    SCOPED_TRACE(all[drift].drift);
    const json& result = results[drift];
    ASSERT_EQ(result.at("sizes"), json({24, 32}));
    for (std::size_t i = 0; i < 2; ++i) {
      const double n = result.at("sizes")[i], matrix = result.at("matrix_bytes")[i],
                   products = result.at("products")[i];
      EXPECT_GE(products, 3);
      EXPECT_EQ(all[drift].products.value_or(products), products);
      EXPECT_EQ(result.at("bytes_a_step")[i], (products + all[drift].matrices) * matrix);
      EXPECT_EQ(result.at("multiply_adds_a_step")[i], (products + all[drift].multiply_adds) * n * n);
      EXPECT_EQ(result.at("operations_a_step")[i], (products + all[drift].operations) * n * n);
      EXPECT_GE(result.at("roofline_ns")[i].get<double>(),
                0.999 * products * result.at("product_roofline_ns")[i].get<double>());
    }
  }
}

TEST(Scaling, ExactHasNoProducts) {
  const json result = run_json("scaling --k 3 --steps 20 --drift exact").at("results").at(0);
  for (const char* key : kOfProducts) EXPECT_EQ(result.at(key), json({nullptr, nullptr, nullptr})) << key;
}

TEST(CoreLimits, TheSlowestBinds) {
  EXPECT_EQ(roofline_ns({4000, 1000, 0}, {10, 15}, 20), 200);
  EXPECT_EQ(roofline_ns({4000, 1000, 0}, {2, 3}, 20), 500);
  EXPECT_EQ(roofline_ns({4000, 1000, 2000}, {10, 15}, 50), 200);
}

#if defined(__x86_64__) || defined(__aarch64__)
/// Returns the nanoseconds of a cycle: the least time of an addition in a chain of them, each of which waits for the
/// one before and takes one cycle.
double measure_cycle_ns() {
  constexpr int kAdditions = 64, kRounds = 1000;
  double least = HUGE_VAL;
  for (int run = 0; run < 50; ++run) {
    std::uint64_t sum = 0;
    const std::uint64_t one = 1, start = tick_clock().now();
    for (int round = 0; round < kRounds; ++round) {
#if defined(__x86_64__)
      asm volatile(".rept 64\n\tadd %1, %0\n\t.endr" : "+r"(sum) : "r"(one));
#else
      asm volatile(".rept 64\n\tadd %0, %0, %1\n\t.endr" : "+r"(sum) : "r"(one));
#endif
    }
    least = std::min(least, tick_clock().to_ns(tick_clock().now() - start));
  }
  return least / (kAdditions * kRounds);
}

/// A vector's multiply-adds take half a cycle to two cycles: there are one or two units, and a unit may be half as wide
/// as the vectors or do without a fused multiply-add. Loads take a third of a cycle to two. Both bounds allow for a
/// second thread on the core and for a clock that vectors slow down.
TEST(CoreLimits, AreThoseOfACoreOfThisFrequency) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer's checks take longer than what they check";
  const double cycle_ns = measure_cycle_ns();
  const auto a_cycle = [&](double a_ns) { return a_ns * cycle_ns / Simd<DefaultArch>::kLanes; };
  const CoreRates rates = measure_rates(tick_clock());
  EXPECT_GT(a_cycle(rates.multiply_adds), 0.2);
  EXPECT_LT(a_cycle(rates.multiply_adds), 4.5);
  EXPECT_GE(rates.operations, rates.multiply_adds);
  EXPECT_LE(rates.operations, 2.5 * rates.multiply_adds);  // 7 / 3, and the clock's error
  const double first = measure_read_bandwidth(std::size_t{1} << 14, tick_clock());
  EXPECT_GT(a_cycle(first / sizeof(float)), 0.2);
  EXPECT_LT(a_cycle(first / sizeof(float)), 4.5);
  // A block of a few vectors, or one beyond the nearest caches, is read no faster than one that the nearest cache
  // holds; a machine whose cores are shared may show it three times as fast. All memory gives a fifth of a byte a cycle
  // and more.
  for (const std::size_t bytes : {std::size_t{100}, std::size_t{1} << 22}) {
    const double bandwidth = measure_read_bandwidth(bytes, tick_clock());
    EXPECT_GT(bandwidth * cycle_ns, 0.2) << bytes << " bytes";
    EXPECT_LT(bandwidth, 3 * first) << bytes << " bytes";
  }
}
#endif

TEST(Scaling, Picture) {
  const json results = run_json("scaling --steps 20 --drift power,exact --picture \"$T/growth.svg\"").at("results");
  const std::string svg = read_file(test_folder() + "growth.svg");
  EXPECT_TRUE(svg.starts_with("<svg")) << svg.substr(0, 80);
  for (const json& result : results) EXPECT_NE(svg.find(result.at("drift")), std::string::npos);
  const LinePlot plot = growth_plot(results, {{"L1", 32 << 10}, {"L2", 1 << 20}, {"L3", 32 << 20}});
  ASSERT_EQ(plot.series.size(), 2U);
  EXPECT_EQ(plot.series[0].points.size(), results[0].at("sizes").size());
  EXPECT_EQ(plot.series[1].points.back().x, 32);
  EXPECT_EQ(plot.series[1].points.back().y, 1e-3 * results[1].at("p50_ns").back().get<double>());
  // 2 n (n + 16) bytes are 32 KiB at n = 120.2 and 1 MiB at 716.1; 32 MiB are beyond the largest n.
  ASSERT_EQ(plot.markers.size(), 2U);
  EXPECT_EQ(plot.markers[0].label, "L1");
  EXPECT_NEAR(plot.markers[0].x, 120.2, 0.1);
  EXPECT_NEAR(plot.markers[1].x, 716.1, 0.1);
}

TEST(Scaling, NoPictureWithoutGnuplot) {
  const Outcome outcome = run("PATH=/nowhere $D scaling --k 3 --steps 20 --drift zero --picture \"$T/absent.svg\"");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("--picture: gnuplot is not installed"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.out.find("zero"), std::string::npos);
  EXPECT_EQ(read_file(test_folder() + "absent.svg"), "");
}

TEST(BadInput, Scaling) {
  for (const std::string option : {"--threads", "--n", "--t", "--dt", "--t-end", "--chains", "--samples"}) {
    expect_refused("scaling " + option + " 1", {option, "driftbench scaling", "--steps"});
  }
  expect_refused("--threads 1 scaling", {"--threads", "driftbench scaling"});
  for (const std::string k : {"0", "-1", "x", "1.5", "''"}) {
    expect_refused("scaling --k " + k, {"--k", "a whole number from 1"});
  }
  expect_refused("scaling --k 5", {"--k 5", "350,20", "sizes.bzl"});
  for (const std::string steps : {"0", "19", "x", "1e3", "''"}) {
    expect_refused("scaling --steps " + steps, {"--steps", "a whole number from 20 to"});
  }
  for (const std::string drift : {"nonsense", "''", "zero,", "zero,nonsense"}) {
    expect_refused("scaling --drift " + drift, {"--drift", "all, or some of zero,power"});
  }
  expect_refused("scaling --drift zero,all", {"--drift", "\"zero,all\"", "all alone"});
  expect_refused("scaling --k 20 --drift exact", {"--drift", "\"exact\"", "sign patterns"});
  expect_refused("scaling --drift gnn", {"gnn", "--weights"});
  expect_refused("scaling --target-w 2", {"--target-w", "a number from 0 to 1"});
  expect_refused("scaling --lipschitz-constant 0", {"--lipschitz-constant", "a number from"});
  expect_refused("scaling --seed x", {"--seed", "a whole number from 0"});
}

}  // namespace
}  // namespace driftbench
