// Looks at a page as a browser shows it, in a window of a phone's width and in one of a screen's.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/files.h"

namespace driftbench {

/// Shows page.html in frames and reports, for each frame, how far the page reaches beyond its width, what it requested
/// besides itself, and which texts of a picture overlap or leave it.
inline constexpr char kProbe[] = R"(<!DOCTYPE html><meta charset="utf-8"><body>
<iframe src="page.html" style="width:400px;height:3000px"></iframe>
<iframe src="page.html" style="width:1200px;height:3000px"></iframe>
<script>
function probe(frame) {
  const page = frame.contentDocument, found = [];
  let texts = 0;
  for (const svg of page.querySelectorAll("svg")) {
    const whole = svg.getBoundingClientRect();
    if (whole.width === 0) continue;
    const boxes = [...svg.querySelectorAll("text")].filter(text => text.textContent.trim() !== "")
      .map(text => ({text: text.textContent, box: text.getBoundingClientRect()}));
    texts += boxes.length;
    boxes.forEach(({text, box}, i) => {
      if (box.left < whole.left - 1 || box.right > whole.right + 1 || box.top < whole.top - 1 ||
          box.bottom > whole.bottom + 1) found.push(text + " is cut");
      for (const other of boxes.slice(0, i)) {
        // A font's boxes are higher than its letters.
        const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        if (across > 1 && down > 0.3 * box.height) found.push(text + " overlaps " + other.text);
      }
    });
  }
  return {texts, found, beyond: page.documentElement.scrollWidth - page.documentElement.clientWidth,
          requests: frame.contentWindow.performance.getEntriesByType("resource").map(entry => entry.name)};
}
addEventListener("load", () => {
  const result = document.createElement("pre");
  result.textContent = JSON.stringify([...document.querySelectorAll("iframe")].map(probe));
  document.body.append(result);
});
</script>)";

struct Seen {
  nlohmann::json frames = nlohmann::json::array();
  std::string log;
};

class Browser : public testing::Test {
 protected:
  void SetUp() override {
    if (std::system("command -v chromium > /dev/null") != 0) GTEST_SKIP() << "there is no chromium";
  }

  static Seen look_at(const std::string& html) {
    const std::string folder = testing::TempDir();
    std::ofstream(folder + "page.html", std::ios::binary) << html;
    std::ofstream(folder + "probe.html", std::ios::binary) << kProbe;
    const std::string command = "cd '" + folder +
                                "' && HOME=\"$PWD\" timeout 120 chromium --headless --no-sandbox --disable-gpu "
                                "--disable-dev-shm-usage --user-data-dir=\"$PWD/profile\" "
                                "--allow-file-access-from-files --enable-logging=stderr "
                                "--virtual-time-budget=10000 --window-size=1300,900 --dump-dom "
                                "\"file://$PWD/probe.html\" > dom 2> log < /dev/null";
    const int status = std::system(command.c_str());
    Seen seen;
    seen.log = read_file(folder + "log");
    EXPECT_EQ(status, 0) << seen.log;
    const std::string dom = read_file(folder + "dom");
    const auto start = dom.rfind("<pre>["), end = dom.rfind("]</pre>");
    if (start != std::string::npos && end != std::string::npos) {
      seen.frames = nlohmann::json::parse(dom.substr(start + 5, end - start - 4), nullptr, /*allow_exceptions=*/false);
    }
    EXPECT_EQ(seen.frames.size(), 2U) << dom << seen.log;
    return seen;
  }
};

/// Checks that nothing is missing, wider than the window, or requested from elsewhere.
inline void expect_complete(const Seen& seen, int least_texts) {
  EXPECT_EQ(seen.log.find("CONSOLE"), std::string::npos) << seen.log;
  for (const nlohmann::json& frame : seen.frames) {
    EXPECT_GT(frame.at("texts"), least_texts);
    EXPECT_EQ(frame.at("requests"), nlohmann::json::array());
    EXPECT_EQ(frame.at("beyond"), 0);
  }
}

}  // namespace driftbench
