// Tests with the real gnuplot, and with programs of all kinds on PATH under its name.
#include "tools/pictures/gnuplot.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>

namespace driftbench {
namespace {

using std::chrono::milliseconds;

const SvgSettings kSettings{"here", 300, 200, 12, "<title> & more", "what it shows"};

/// While a Stub lives, PATH is one folder. It has a `gnuplot` made of these lines for /bin/sh, or is empty.
class Stub {
 public:
  explicit Stub(const std::string& script = "") {
    const std::string folder = testing::TempDir() + "stub", program = folder + "/gnuplot";
    mkdir(folder.c_str(), 0777);
    std::remove(program.c_str());
    if (!script.empty()) {
      std::ofstream(program) << "#!/bin/sh\nPATH=/bin:/usr/bin\n" << script << "\n";
      chmod(program.c_str(), 0777);
    }
    setenv("PATH", folder.c_str(), 1);
  }
  ~Stub() { setenv("PATH", before_.c_str(), 1); }
  Stub(const Stub&) = delete;
  Stub& operator=(const Stub&) = delete;

 private:
  const std::string before_ = std::getenv("PATH");
};

std::string failure(const std::string& commands, milliseconds limit = std::chrono::seconds(30)) {
  try {
    draw_svg(kSettings, commands, limit);
  } catch (const GnuplotError& error) {
    return error.what();
  }
  ADD_FAILURE() << "no failure";
  return "";
}

TEST(Gnuplot, Missing) {
  const Stub stub;
  EXPECT_FALSE(gnuplot_available());
  EXPECT_EQ(failure("plot x\n"), "gnuplot is not installed (Debian's package gnuplot-nox)");
}

TEST(Gnuplot, Fails) {
  const Stub stub(
      "cat > /dev/null; printf '\\nplot nonsense\\n     ^\\n     line 3: undefined\\n more\\n' >&2; exit 3");
  EXPECT_TRUE(gnuplot_available());
  EXPECT_EQ(failure("plot nonsense\n"), "gnuplot failed: line 3: undefined");
}

TEST(Gnuplot, FailsInOtherWords) {
  const Stub stub("echo 'cannot start' >&2; echo 'at all' >&2; exit 1");
  EXPECT_EQ(failure("plot x\n"), "gnuplot failed: cannot start");
}

TEST(Gnuplot, FailsInSilence) {
  const Stub stub("kill -9 $$");
  EXPECT_EQ(failure("plot x\n"), "gnuplot failed: it does not say why");
}

TEST(Gnuplot, ReadsNothing) {
  const Stub stub("exec <&-; exit 0");
  EXPECT_EQ(failure(std::string(10'000'000, '#')), "gnuplot failed: it wrote no SVG");
}

TEST(Gnuplot, WritesALotBeforeItReads) {
  const Stub stub("echo '<svg>'; yes | head -c 3000000; yes no | head -c 3000000 >&2; cat > /dev/null; echo '</svg>'");
  EXPECT_GT(draw_svg(kSettings, std::string(3'000'000, '#')).size(), 3'000'000U);
}

/// Checks that the script is stopped within some seconds, even on a busy machine.
void expect_stopped(const std::string& script) {
  const Stub stub(script);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(failure("plot x\n", milliseconds(200)), "gnuplot did not finish in 0.2 s") << script;
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20)) << script;
}

TEST(Gnuplot, NeverHangs) {
  expect_stopped("exec sleep 60");
  expect_stopped("sleep 60 & exit 0");
  expect_stopped("exec > /dev/null 2> /dev/null; exec sleep 60");
  expect_stopped("trap '' TERM INT HUP; while :; do sleep 1; done");
  expect_stopped("exec yes");
}

class RealGnuplot : public testing::Test {
 protected:
  void SetUp() override {
    if (!gnuplot_available()) GTEST_SKIP() << "there is no gnuplot";
  }
};

TEST_F(RealGnuplot, OneElement) {
  const std::string svg = draw_svg(kSettings, "plot sin(x) title ' id=\"a\" href=\"b\"'\n");
  EXPECT_TRUE(svg.starts_with("<svg viewBox=\"0 0 300 200\" "));
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
  EXPECT_NE(svg.find("<title>&lt;title&gt; &amp; more</title>\n<desc>what it shows</desc>"), std::string::npos);
  EXPECT_EQ(svg.find("GNUPLOT"), std::string::npos);
  EXPECT_NE(svg.find(" id=\"a\" href=\"b\"</text>"), std::string::npos) << "text is not changed";
  EXPECT_NE(svg.find("id='here_gpDot'"), std::string::npos);
}

TEST_F(RealGnuplot, Deterministic) {
  EXPECT_EQ(draw_svg(kSettings, "plot sin(x)\n"), draw_svg(kSettings, "plot sin(x)\n"));
}

TEST_F(RealGnuplot, SaysWhatIsWrong) {
  const std::string said = failure("set xrange [0:1]\nplot nonsense(x)\n");
  EXPECT_TRUE(said.starts_with("gnuplot failed: line ")) << said;
  EXPECT_NE(said.find("undefined function: nonsense"), std::string::npos) << said;
}

TEST_F(RealGnuplot, IsStoppedToo) {
  EXPECT_EQ(failure("pause 60\n", milliseconds(300)), "gnuplot did not finish in 0.3 s");
}

}  // namespace
}  // namespace driftbench
