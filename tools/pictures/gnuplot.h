// Pictures drawn by gnuplot: a script in, SVG to be placed inside an HTML page out.
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>

namespace driftbench {

/// Why there is no picture: gnuplot is not on PATH, took too long, or refused the script; then with what it said.
struct GnuplotError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Whether a gnuplot that can be run is on PATH.
bool gnuplot_available();

struct SvgSettings {
  std::string id;  ///< a letter, then letters, digits, _; other than that of every other picture in the page
  int width = 0, height = 0;
  int font_size = 0;
  std::string title, description;  ///< for readers who do not see the picture; plain text of any bytes
};

/// Runs the commands in a gnuplot of its own, whose terminal is already set: sans-serif, UTF-8, text without markup.
/// The result is one <svg> element that scales to the width it is given, refers to nothing outside itself, and holds no
/// script; its ids start with settings.id. The same input gives the same bytes. GnuplotError where it fails, latest
/// after `limit`.
std::string draw_svg(const SvgSettings& settings, const std::string& commands,
                     std::chrono::milliseconds limit = std::chrono::seconds(30));

}  // namespace driftbench
