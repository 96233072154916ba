// Score-matching errors at the sizes that the command line has.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support.h"
#include "tools/sizes/compiled_size.h"

namespace driftbench {

inline MseResult score(int n, int k, const std::string& drift, double t, std::int64_t samples) {
  static const auto sizes = all_sizes();
  const auto sized = std::find_if(sizes.begin(), sizes.end(), [&](const auto& size) {
    return size->id() == SizeId{"sparse-signs", n, k};
  });
  MseRequest request;
  request.drift = drift;
  request.t = t;
  request.samples = samples;
  request.threads = 2;
  request.quiet = true;
  return (*sized)->mse(request);
}

/// Returns the rows of a table of the reference data, without its header.
inline std::vector<std::vector<std::string>> reference_rows(const std::string& path, const std::string& header) {
  std::vector<std::vector<std::string>> rows;
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  EXPECT_EQ(line, header) << path;
  while (std::getline(file, line)) {
    std::stringstream fields(line);
    rows.emplace_back();
    for (std::string field; std::getline(fields, field, ',');) rows.back().push_back(field);
  }
  return rows;
}

}  // namespace driftbench
