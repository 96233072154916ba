// A report as one HTML file of text, tables and pictures, readable on a phone, on a screen and on paper. The page needs
// no script, no other file and no network.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "tools/base/table.h"
#include "tools/pictures/plot.h"

namespace driftbench {

struct Paragraph {
  std::string text;
};

/// Something that a reader must know before believing what follows.
struct Notice {
  std::string text;
};

struct CaptionedTable {
  std::string caption;
  Table table;
};

/// A picture with its numbers in a table, which is folded away where the picture could be drawn.
struct Picture {
  std::string title;
  std::string caption;  ///< what to see in it
  Plot plot;
};

using Block = std::variant<Paragraph, Notice, CaptionedTable, Picture>;

struct Section {
  std::string id;  ///< for links to the section; letters, digits, -; unique in the page
  std::string heading;
  std::vector<Block> blocks;
};

/// A whole page. All text is plain and may hold any bytes.
struct Page {
  std::string title;
  std::vector<std::string> summary;  ///< paragraphs
  std::vector<std::string> notices;
  std::vector<Section> sections;
  std::string environment, command;  ///< how to get the same again; shown in the page's footer
};

/// A function like draw_plot: it returns an <svg> element whose ids start with `id`, or throws GnuplotError.
using PictureRenderer = std::function<std::string(const Plot& plot, Width width, const std::string& id,
                                                  const std::string& title, const std::string& description)>;

struct HtmlPage {
  std::string html;
  std::vector<std::string> missing;  ///< why pictures could not be drawn, each reason once; the page shows these too
};

HtmlPage to_html(const Page& page, const PictureRenderer& render = draw_plot);

}  // namespace driftbench
