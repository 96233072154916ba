#include "tools/pictures/plot.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "tests/tools/report/sample_page.h"
#include "tools/pictures/gnuplot.h"
#include "tools/pictures/markup.h"

namespace driftbench {
namespace {

TEST(BinFractions, CountsEveryValueOnce) {
  const std::vector<float> values{0, 0.5F, 1, 1, 2, -3, 7, NAN};
  const std::vector<double> edges{0, 0.5, 1, 2};
  EXPECT_EQ(bin_fractions(values, edges), (std::vector<double>{2.0 / 8, 1.0 / 8, 4.0 / 8}));
  EXPECT_EQ(bin_fractions({}, edges), (std::vector<double>{0, 0, 0}));
  EXPECT_TRUE(bin_fractions(values, std::vector<double>{1}).empty());
}

/// Returns all cells of the plot's table, each between blanks.
std::string cells(const Plot& plot) {
  std::string text = " ";
  const Table table = table_of(plot);
  for (const auto& row : table.rows()) {
    for (const std::string& cell : row) text += cell + " ";
  }
  return text;
}

void expect_in(const std::string& all, double value) {
  EXPECT_NE(all.find(fmt::format(" {:.6g} ", value)), std::string::npos) << value;
}

TEST(TableOf, Lines) {
  const LinePlot plot = sample_lines();
  const std::string all = cells(plot);
  for (const Series& series : plot.series) {
    for (const Point& point : series.points) {
      expect_in(all, point.x);
      expect_in(all, point.y);
      if (point.error > 0) expect_in(all, point.error);
    }
  }
  const Table table = table_of(plot);
  ASSERT_EQ(table.columns().size(), plot.series.size() + 1);
  for (const Marker& marker : plot.markers) {
    EXPECT_NE(table.columns()[0].meaning.find(fmt::format("{} at {:.6g}", marker.label, marker.x)), std::string::npos);
  }
}

TEST(TableOf, LinesWithTwoValuesAtOneX) {
  const LinePlot plot{{"x"}, {"y"}, {{"a", 0, SeriesStyle::kPoints, {{1, 2}, {1, 3}, {1, NAN}}}}, {}};
  EXPECT_EQ(cells(plot), " 1 2; 3; - ");
}

TEST(TableOf, Histograms) {
  const HistogramPlot plot = sample_histograms();
  const std::string all = cells(plot);
  for (const double edge : plot.edges) expect_in(all, edge);
  for (const double height : plot.target.heights) expect_in(all, height);
  for (const Bars& bars : plot.panels) {
    for (const double height : bars.heights) expect_in(all, height);
  }
}

TEST(TableOf, Scatter) {
  const ScatterPlot plot = sample_scatter();
  const std::string all = cells(plot);
  for (const Group& group : plot.groups) {
    for (const Mark& mark : group.marks) {
      EXPECT_NE(all.find(fmt::format(" {} {} {:.6g} {:.6g} ", mark.label, group.name, mark.x, mark.y)),
                std::string::npos);
    }
  }
}

class Drawing : public testing::Test {
 protected:
  void SetUp() override {
    if (!gnuplot_available()) GTEST_SKIP() << "there is no gnuplot";
  }

  static void expect_drawn(const Plot& plot) {
    for (const Width width : {Width::kPage, Width::kPhone}) {
      EXPECT_NO_THROW(EXPECT_TRUE(draw_plot(plot, width, "p", "", "").starts_with("<svg "))) << cells(plot);
    }
  }
};

TEST_F(Drawing, Deterministic) {
  for (const Plot& plot : {Plot(sample_lines()), Plot(sample_histograms()), Plot(sample_scatter())}) {
    EXPECT_EQ(draw_plot(plot, Width::kPage, "p", "a", "b"), draw_plot(plot, Width::kPage, "p", "a", "b"));
  }
}

TEST_F(Drawing, Nothing) {
  expect_drawn(LinePlot{});
  expect_drawn(LinePlot{{}, {}, {{"empty"}}, {{1, "marker"}}});
  expect_drawn(HistogramPlot{});
  expect_drawn(HistogramPlot{{}, {}, {0, 1}, {{"empty"}}, {}});
  expect_drawn(ScatterPlot{});
  expect_drawn(ScatterPlot{{}, {}, {{"empty"}}, true});
}

TEST_F(Drawing, ValuesOfEverySize) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::vector<std::vector<double>> lists = {
      {0},           {-1},         {5, 5},         {NAN},           {kInfinity, 1},
      {1e300},       {1e-300},     {-1e9, 1e9},    {1e-300, 1e300}, {3, -3, 0},
      {1, 1 + 1e-9}, {1e-5, 2e-5}, {-7e-4, -6e-4}, {123456, 123457}};
  for (const auto& values : lists) {
    for (const bool logarithmic : {false, true}) {
      LinePlot lines{{"x", logarithmic}, {"y", logarithmic}, {{"a"}}, {}};
      ScatterPlot scatter{{"x", logarithmic}, {"y", logarithmic}, {{"a"}}, true};
      for (const double value : values) {
        lines.series[0].points.push_back({value, value, value});
        lines.markers.push_back({value, "marker"});
        scatter.groups[0].marks.push_back({value, value, "mark"});
      }
      expect_drawn(lines);
      expect_drawn(scatter);
    }
    expect_drawn(HistogramPlot{{"x"}, {"y"}, {0, 1, 2}, {{"a", 0, values}}, {"target", 0, values}});
  }
}

TEST_F(Drawing, LimitsThatMakeNoSense) {
  for (const bool logarithmic : {false, true}) {
    for (const auto& [from, to] :
         {std::pair(2.0, 1.0), std::pair(1.0, 1.0), std::pair(-1.0, 0.0), std::pair<double, double>(NAN, NAN)}) {
      expect_drawn(LinePlot{{"x", logarithmic, from, to}, {"y", logarithmic, from, to}, {{"a", 0, {}, {{1, 1}}}}, {}});
    }
  }
}

TEST_F(Drawing, TextOfAnyBytesStaysText) {
  const std::string file = testing::TempDir() + "touched";
  for (const std::string& text :
       {"`touch " + file + "`", "'; system 'touch " + file + "'; '", "\"; system \"touch " + file,
        std::string("a_b^{c}@d&~{e}"), std::string("%g \\n \\"), std::string("<script>alert('1')</script>"),
        std::string("a\nEND\nb\xff"), std::string("$data1")}) {
    LinePlot lines{{text}, {text}, {{text, 0, SeriesStyle::kLinePoints, {{1, 1}, {2, 3}}}}, {{1.5, text}}};
    const std::string svg = draw_plot(lines, Width::kPage, "p", text, text);
    EXPECT_EQ(svg.find("<script"), std::string::npos);
    EXPECT_NE(svg.find("<title>" + escape_markup(text) + "</title>"), std::string::npos);
    expect_drawn(HistogramPlot{{text}, {text}, {0, 1}, {{text, 0, {1}}}, {text, 0, {1}}});
    expect_drawn(ScatterPlot{{text}, {text}, {{text, 0, {{1, 1, text}}}}, true});
  }
  EXPECT_FALSE(std::filesystem::exists(file));
  const LinePlot plain{{"a_b^{c}@d&~{e} %g \\n"}, {"0.5 (7), 12:8"}, {}, {{1.5, "[114.5]"}}};
  const std::string svg = draw_plot(plain, Width::kPage, "p", "", "");
  for (const char* text : {"a_b^{c}@d&amp;~{e} %g \\n", "0.5 (7), 12:8", "[114.5]", "1.5"}) {
    EXPECT_NE(svg.find(fmt::format("<text>{}</text>", text)), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace driftbench
