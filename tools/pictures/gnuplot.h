// Draws pictures with gnuplot: it takes a script and returns SVG to be placed inside an HTML page.
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>

namespace driftbench {

/// Why there is no picture: gnuplot is not on PATH, it took too long, or it refused the script. In the last case the
/// message holds what gnuplot said.
struct GnuplotError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Whether PATH has a gnuplot that can be run.
bool gnuplot_available();

struct SvgSettings {
  std::string id;  ///< a letter, then letters, digits, _; differs from those of other pictures in the page
  int width = 0, height = 0;
  int font_size = 0;
  std::string title, description;  ///< for readers who do not see the picture; plain text of any bytes
};

/// Runs the commands in a gnuplot process of its own. Its terminal is already set: sans-serif, UTF-8, text without
/// markup. The result is one <svg> element that scales to the width it is given, refers to nothing outside itself, and
/// holds no script; its ids start with settings.id. The same input gives the same bytes. Throws GnuplotError where
/// gnuplot fails or has not finished after `limit`.
std::string draw_svg(const SvgSettings& settings, const std::string& commands,
                     std::chrono::milliseconds limit = std::chrono::seconds(30));

}  // namespace driftbench
