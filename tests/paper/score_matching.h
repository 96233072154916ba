// Score-matching errors at the sizes that the command line has.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support.h"
#include "tools/sizes/compiled_size.h"

namespace driftbench {

inline MseResult score(int n, int k, const std::string& drift, double t, std::int64_t samples) {
  static const auto sizes = all_sizes();
  const auto sized =
      std::find_if(sizes.begin(), sizes.end(), [&](const auto& size) { return size->n() == n && size->k() == k; });
  MseRequest request;
  request.drift = drift;
  request.t = t;
  request.samples = samples;
  request.threads = 2;
  request.quiet = true;
  return (*sized)->mse(request);
}

/// Returns the rows of a table in the folder of reference data, without its header. Returns no rows where there is no
/// such folder.
inline std::vector<std::vector<std::string>> reference_rows(const std::string& name, const std::string& header) {
  std::vector<std::vector<std::string>> rows;
  const char* folder = std::getenv("DRIFTBENCH_REFERENCE");
  if (folder == nullptr) return rows;
  std::ifstream file(std::string(folder) + "/" + name);
  std::string line;
  std::getline(file, line);
  EXPECT_EQ(line, header) << folder << "/" << name;
  while (std::getline(file, line)) {
    std::stringstream fields(line);
    rows.emplace_back();
    for (std::string field; std::getline(fields, field, ',');) rows.back().push_back(field);
  }
  return rows;
}

inline constexpr char kNoReference[] = "DRIFTBENCH_REFERENCE names no folder with the reference data";

}  // namespace driftbench
