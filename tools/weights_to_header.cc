// weights_to_header FILE NAME: a file of weights as a C++ header on stdout, for builds that read no files.

#include <fmt/core.h>

#include <cctype>
#include <exception>
#include <string>

#include "tools/errors.h"
#include "tools/output.h"
#include "tools/weights.h"

namespace driftbench {
namespace {

void check_name(const std::string& name) {
  bool good = !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0;
  for (const char c : name) good = good && (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_');
  if (!good) throw ArgumentError(fmt::format("\"{}\" is not possible; give a C++ name, such as kWeights", name));
}

void run(int argc, char** argv) {
  if (argc != 3) throw ArgumentError("give a safetensors file and the constant's name");
  check_name(argv[2]);
  print_stdout(weights_header(read_weights(argv[1]).weights, argv[2]));
}

}  // namespace
}  // namespace driftbench

int main(int argc, char** argv) {
  try {
    driftbench::run(argc, argv);
    return 0;
  } catch (const driftbench::ArgumentError& error) {
    fmt::print(stderr, "weights_to_header: {}\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "weights_to_header: {}\n", error.what());
    return 1;
  }
}
