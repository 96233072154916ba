#include "tools/report/page.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>

#include "tests/tools/report/sample_page.h"
#include "tools/pictures/gnuplot.h"
#include "tools/pictures/markup.h"

namespace driftbench {
namespace {

std::string no_picture(const Plot&, Width, const std::string&, const std::string&, const std::string&) {
  throw GnuplotError("gnuplot is <away>");
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(Page, WithoutGnuplotItHasTheTables) {
  const HtmlPage page = to_html(sample_page(), no_picture);
  EXPECT_EQ(page.missing, std::vector<std::string>{"gnuplot is <away>"});
  EXPECT_EQ(count(page.html, "gnuplot is &lt;away&gt;"), 1U);
  EXPECT_EQ(count(page.html, "<svg"), 0U);
  EXPECT_EQ(count(page.html, "<details"), 0U);
  EXPECT_EQ(count(page.html, "<table>"), 4U);
}

TEST(Page, OnePictureThatFailsLeavesTheOthers) {
  const auto render = [](const Plot& plot, Width width, const std::string&, const std::string&, const std::string&) {
    if (std::holds_alternative<LinePlot>(plot) && width == Width::kPhone) throw GnuplotError("it failed");
    return std::string("<svg></svg>");
  };
  const HtmlPage page = to_html(sample_page(), render);
  EXPECT_EQ(page.missing, std::vector<std::string>{"it failed"});
  EXPECT_EQ(count(page.html, "<svg"), 4U);
  EXPECT_EQ(count(page.html, "<details"), 2U);
  EXPECT_EQ(count(page.html, "<table>"), 4U);
}

TEST(Page, EverythingIsEscaped) {
  const std::string text = "</style></title><script>alert('1')</script>&\"\xff\x01\n";
  Table table({{text, text}});
  table.add_row({text});
  const Page page{text,
                  {text},
                  {text},
                  {{text,
                    text,
                    {Paragraph{text}, Notice{text}, CaptionedTable{text, table},
                     Picture{text, text, ScatterPlot{{text}, {text}, {{text, 0, {{1, 2, text}}}}, false}}}}},
                  text,
                  text};
  const std::string html = to_html(page, no_picture).html;
  EXPECT_EQ(count(html, "<script"), 0U);
  EXPECT_EQ(count(html, "<style"), 1U);
  EXPECT_EQ(count(html, "</title>"), 1U);
  EXPECT_GT(count(html, escape_markup(text)), 12U);
  EXPECT_EQ(clean_text(html), std::regex_replace(html, std::regex("\n"), " ")) << "not UTF-8";
}

TEST(Page, NumbersAreAlignedRight) {
  Table table({{"drift", ""}, {"phase", ""}, {"p50", ""}, {"p99", ""}});
  table.add_row({"amp", "step", "-0.5", "1.5e-06 ± 0.1"});
  table.add_row({"4-step", "noise", "-", ""});
  const Page page{"", {}, {}, {{"a", "", {CaptionedTable{"", table}}}}, "", ""};
  const std::string html = to_html(page, no_picture).html;
  EXPECT_NE(html.find("<td>amp</td><td>step</td><td class=\"number\">-0.5</td><td class=\"number\">1.5e-06 ± 0.1</td>"),
            std::string::npos);
}

TEST(Page, Links) {
  const std::string html = to_html(sample_page(), no_picture).html;
  for (const Section& section : sample_page().sections) {
    EXPECT_EQ(count(html, "<a href=\"#" + section.id + "\">" + section.heading + "</a>"), 1U);
    EXPECT_EQ(count(html, "<section id=\"" + section.id + "\">"), 1U);
  }
}

class DrawnPage : public testing::Test {
 protected:
  void SetUp() override {
    if (!gnuplot_available()) GTEST_SKIP() << "there is no gnuplot";
    const HtmlPage page = to_html(sample_page());
    EXPECT_TRUE(page.missing.empty());
    html_ = page.html;
  }

  /// Returns what the first group of the pattern matches, each time.
  std::vector<std::string> all(const char* pattern) const {
    const std::regex regex(pattern);
    std::vector<std::string> found;
    for (std::sregex_iterator match(html_.begin(), html_.end(), regex), end; match != end; ++match) {
      found.push_back((*match)[1]);
    }
    return found;
  }

  std::string html_;
};

TEST_F(DrawnPage, IdsAreUniqueAndReferencesKnown) {
  const auto ids = all("<[^>]* id=['\"]([^'\"]*)['\"]");
  const std::set<std::string> unique(ids.begin(), ids.end());
  EXPECT_EQ(ids.size(), unique.size());
  const auto references = all("href=['\"]#([^'\"]*)['\"]");
  EXPECT_GT(references.size(), 100U);
  for (const std::string& reference : references) EXPECT_TRUE(unique.contains(reference)) << reference;
}

TEST_F(DrawnPage, NeedsNothingElse) {
  EXPECT_EQ(count(html_, "<svg "), 6U);
  EXPECT_EQ(count(html_, "<title>"), 1 + 6U);
  EXPECT_EQ(count(html_, "<desc>"), 6U);
  EXPECT_EQ(count(html_, "<details><summary>"), 3U);
  EXPECT_EQ(count(html_, "<details open"), 0U);
  for (const char* forbidden :
       {"<script", "<?xml", "<!DOCTYPE svg", "@import", "src=", "<iframe", "<object", "<image"}) {
    EXPECT_EQ(count(html_, forbidden), 0U) << forbidden;
  }
  for (const std::string& reference : all("href=['\"]([^'\"]*)['\"]")) {
    EXPECT_TRUE(reference.starts_with('#') || reference == "data:,") << reference;
  }
  for (const std::string& reference : all("url\\(([^)]*)\\)")) EXPECT_TRUE(reference.starts_with('#')) << reference;
  EXPECT_TRUE(all("<[^>]* (on[a-z]+=)").empty());
  EXPECT_EQ(all("(https?:)").size(), all("xmlns(?::xlink)?=\"(http://www.w3.org/)").size());
}

TEST_F(DrawnPage, Deterministic) { EXPECT_EQ(to_html(sample_page()).html, html_); }

}  // namespace
}  // namespace driftbench
