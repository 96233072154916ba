#include "tools/base/wrap.h"

#include <sstream>

namespace driftbench {

std::string wrap(std::string_view text, std::size_t indent) {
  std::string wrapped, word;
  std::size_t line = 0;
  std::istringstream words{std::string(text)};
  while (words >> word) {
    if (line > 0 && line + 1 + word.size() > kTextWidth - indent) {
      wrapped.append(1, '\n').append(indent, ' ');
      line = 0;
    }
    if (line > 0) {
      wrapped += ' ';
      ++line;
    }
    wrapped += word;
    line += word.size();
  }
  return wrapped;
}

}  // namespace driftbench
