#include "tests/tools/report/browser.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/tools/report/sample_page.h"
#include "tools/pictures/gnuplot.h"
#include "tools/report/page.h"

namespace driftbench {
namespace {

using nlohmann::json;

TEST_F(Browser, ReadsAPage) {
  if (!gnuplot_available()) GTEST_SKIP() << "there is no gnuplot";
  const Seen seen = look_at(to_html(sample_page()).html);
  expect_complete(seen, 60);
  for (const json& frame : seen.frames) EXPECT_EQ(frame.at("found"), json::array());
}

// What the probe looks for must be found on a page that has it.
TEST_F(Browser, NoticesWhatIsWrong) {
  const Seen seen = look_at(
      "<!DOCTYPE html><body><div style='width:1500px'>wide</div><img "
      "src='http://127.0.0.1:9/'><script>nonsense()</script>"
      "<svg width='100' height='50'><text x='10' y='20'>one</text><text x='12' y='22'>two</text></svg>");
  EXPECT_NE(seen.log.find("CONSOLE"), std::string::npos) << seen.log;
  for (const json& frame : seen.frames) {
    EXPECT_EQ(frame.at("found"), json::array({"two overlaps one"}));
    EXPECT_EQ(frame.at("requests").size(), 1U);
    EXPECT_GT(frame.at("beyond"), 0);
  }
}

}  // namespace
}  // namespace driftbench
