// weights_to_header [--c] FILE NAME writes a file of weights to stdout as a C++ header, or as a C array, for builds
// that read no files.

#include <fmt/core.h>

#include <cctype>
#include <exception>
#include <string>
#include <vector>

#include "tools/base/errors.h"
#include "tools/base/quote.h"
#include "tools/base/standard_streams.h"
#include "tools/drifts/weights.h"

namespace driftbench {
namespace {

void check_name(const std::string& name) {
  bool good = !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0;
  for (const char c : name) good = good && (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_');
  if (!good)
    throw ArgumentError(fmt::format("{} is not possible; give a name of C and C++, such as kWeights", in_quotes(name)));
}

void run(std::vector<std::string> arguments) {
  const bool for_c = !arguments.empty() && arguments.front() == "--c";
  if (for_c) arguments.erase(arguments.begin());
  if (arguments.size() != 2) throw ArgumentError("give a safetensors file and the constant's name; first --c for C");
  const std::string& name = arguments[1];
  check_name(name);
  const MessagePassingWeights weights = read_weights(arguments[0]).weights;
  print_stdout(for_c ? weights_array(weights, name) : weights_header(weights, name));
}

}  // namespace
}  // namespace driftbench

int main(int argc, char** argv) {
  try {
    driftbench::run({argv + 1, argv + argc});
    return 0;
  } catch (const driftbench::ArgumentError& error) {
    fmt::print(stderr, "weights_to_header: {}\n", driftbench::printable(error.what()));
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "weights_to_header: {}\n", driftbench::printable(error.what()));
    return 1;
  }
}
