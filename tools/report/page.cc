#include "tools/report/page.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cstddef>

#include "tools/pictures/gnuplot.h"
#include "tools/pictures/markup.h"

namespace driftbench {
namespace {

constexpr char kStyle[] = R"(
:root { color-scheme: light; --quiet: #555; --line: #d5d5d5; --accent: #0b5394; }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; padding: 1.5rem 1.25rem 3rem; max-width: 66rem; background: #fff; color: #222;
  font: 1rem/1.55 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif;
  overflow-wrap: break-word; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 3rem 0 .75rem; padding-top: .75rem;
  border-top: 1px solid var(--line); }
p { margin: .75rem 0; max-width: 44rem; }
a { color: var(--accent); }
nav ol { margin: 1.25rem 0; padding-left: 1.5rem; }
nav li { margin: .15rem 0; }
.notice { margin: 1rem 0; padding: .6rem .9rem; max-width: 44rem; background: #fff6e5; border-left: 4px solid #e69f00; }
figure { margin: 1.75rem 0 2.25rem; }
figcaption { margin: 0 0 .6rem; max-width: 44rem; }
figcaption b { display: block; }
svg { display: block; background: #fff; width: 100%; max-width: 54rem; height: auto; }
svg text { font-family: Arial, "Liberation Sans", "DejaVu Sans", sans-serif; }
.phone { display: none; }
.scroll { overflow-x: auto; max-width: 100%;
  /* Shadows at the edges behind which there is more. */
  background: linear-gradient(to right, #fff 2rem, transparent) local,
    linear-gradient(to left, #fff 2rem, transparent) right local,
    linear-gradient(to right, #0002, transparent 1rem), linear-gradient(to left, #0002, transparent 1rem) right;
  background-repeat: no-repeat; background-size: 3rem 100%, 3rem 100%, 1rem 100%, 1rem 100%; }
details .scroll { max-height: 28rem; overflow-y: auto; }
details { margin-top: .5rem; }
summary { cursor: pointer; color: var(--accent); width: max-content; }
table { border-collapse: collapse; margin: .75rem 0; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: baseline; white-space: nowrap; }
th { border-bottom: 2px solid #888; }
td { border-bottom: 1px solid #e8e8e8; }
th + th, td + td { padding-left: .75rem; }
.number { text-align: right; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .5rem 0; max-width: 44rem;
  font-size: .875rem; color: var(--quiet); }
dt { font-weight: 600; }
dd { margin: 0; }
footer { margin-top: 3rem; padding-top: .75rem; border-top: 1px solid var(--line); font-size: .875rem;
  color: var(--quiet); }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
@media screen and (max-width: 40rem) {
  body { padding: 1rem .75rem 2rem; }
  h1 { font-size: 1.4rem; }
  h2 { font-size: 1.15rem; margin-top: 2rem; }
  .page { display: none; }
  .phone { display: block; }
  dl { grid-template-columns: 1fr; }
  dd { margin: 0 0 .3rem; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav, summary { display: none; }
  a { color: inherit; text-decoration: none; }
  h2 { break-after: avoid; }
  figcaption, svg, .notice, tr { break-inside: avoid; }
  figcaption { break-after: avoid; }
  svg { max-width: 16cm; }
  .scroll, details .scroll { overflow: visible; max-height: none; background: none; }
}
)";

std::string element(const char* name, const std::string& text) {
  return fmt::format("<{0}>{1}</{0}>\n", name, escape_markup(text));
}

std::string notice(const std::string& text) {
  return "<p class=\"notice\" role=\"note\">" + escape_markup(text) + "</p>\n";
}

/// Whether a cell reads as a number, or stands for a number that is missing.
bool is_number(const std::string& text) {
  std::string_view rest = text;
  for (const std::string_view sign : {"-", "+", "−", "±"}) {
    if (rest.starts_with(sign)) rest.remove_prefix(sign.size());
  }
  return rest.empty() || rest == "nan" || rest == "inf" || std::isdigit(static_cast<unsigned char>(rest[0])) != 0;
}

std::string to_html(const Table& table, const std::string& caption) {
  std::vector<const char*> classes;
  for (std::size_t i = 0; i < table.columns().size(); ++i) {
    const bool numbers = std::all_of(table.rows().begin(), table.rows().end(),
                                     [&](const std::vector<std::string>& row) { return is_number(row[i]); });
    classes.push_back(numbers ? " class=\"number\"" : "");
  }
  // The box that scrolls has a tab index and a name, so that readers without a mouse can reach it and are told what it
  // is.
  std::string html =
      fmt::format("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">\n<table>\n<thead><tr>",
                  escape_markup(caption));
  std::string meanings;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const Column& column = table.columns()[i];
    html += fmt::format("<th scope=\"col\"{}>{}</th>", classes[i], escape_markup(column.name));
    if (column.meaning.empty()) continue;
    meanings += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escape_markup(column.name), escape_markup(column.meaning));
  }
  html += "</tr></thead>\n<tbody>\n";
  for (const auto& row : table.rows()) {
    html += "<tr>";
    for (std::size_t i = 0; i < classes.size(); ++i) {
      html += fmt::format("<td{}>{}</td>", classes[i], escape_markup(row[i]));
    }
    html += "</tr>\n";
  }
  html += "</tbody>\n</table>\n</div>\n";
  return meanings.empty() ? html : html + "<dl>\n" + meanings + "</dl>\n";
}

class Writer {
 public:
  explicit Writer(const PictureRenderer& render) : render_(render) {}

  std::string write(const Section& section) {
    std::string html = fmt::format("<section id=\"{}\">\n", escape_markup(section.id)) + element("h2", section.heading);
    for (const Block& block : section.blocks) {
      html += std::visit([this](const auto& kind) { return write_block(kind); }, block);
    }
    return html + "</section>\n";
  }

  const std::vector<std::string>& missing() const { return missing_; }

 private:
  std::string write_block(const Paragraph& paragraph) { return element("p", paragraph.text); }
  std::string write_block(const Notice& block) { return notice(block.text); }
  std::string write_block(const CaptionedTable& block) {
    return "<figure>\n" + element("figcaption", block.caption) + to_html(block.table, block.caption) + "</figure>\n";
  }
  std::string write_block(const Picture& picture) {
    const std::string numbers = to_html(table_of(picture.plot), picture.title + ": numbers");
    const std::string drawn = draw(picture);
    return fmt::format("<figure>\n<figcaption><b>{}</b> {}</figcaption>\n", escape_markup(picture.title),
                       escape_markup(picture.caption)) +
           (drawn.empty() ? numbers : drawn + "<details><summary>Numbers</summary>\n" + numbers + "</details>\n") +
           "</figure>\n";
  }

  /// Returns the picture for each width, or an empty string where it cannot be drawn.
  std::string draw(const Picture& picture) {
    ++pictures_;
    std::string drawn;
    try {
      for (const auto& [width, name] : {std::pair(Width::kPage, "page"), std::pair(Width::kPhone, "phone")}) {
        const std::string id = fmt::format("{}{}", name, pictures_);
        drawn += fmt::format("<div class=\"{}\">\n", name);
        drawn += render_(picture.plot, width, id, picture.title, picture.caption) + "</div>\n";
      }
      return drawn;
    } catch (const GnuplotError& error) {
      if (std::find(missing_.begin(), missing_.end(), error.what()) == missing_.end()) {
        missing_.emplace_back(error.what());
      }
      return "";
    }
  }

  const PictureRenderer& render_;
  int pictures_ = 0;
  std::vector<std::string> missing_;
};

}  // namespace

HtmlPage to_html(const Page& page, const PictureRenderer& render) {
  Writer writer(render);
  std::string sections, links;
  for (const Section& section : page.sections) {
    sections += writer.write(section);
    links +=
        fmt::format("<li><a href=\"#{}\">{}</a></li>\n", escape_markup(section.id), escape_markup(section.heading));
  }

  // The security policy holds the page to its promise that nothing is fetched and nothing runs.
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      "img-src data:\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<link rel=\"icon\" href=\"data:,\">\n";
  html += element("title", page.title);
  html += fmt::format("<style>{}</style>\n</head>\n<body>\n<header>\n", kStyle);
  html += element("h1", page.title);
  for (const std::string& paragraph : page.summary) html += element("p", paragraph);
  for (const std::string& text : page.notices) html += notice(text);
  for (const std::string& reason : writer.missing()) {
    html += notice("Pictures are missing; the tables have their numbers. " + reason);
  }
  html += "</header>\n";
  if (!links.empty()) html += "<nav aria-label=\"Sections\">\n<ol>\n" + links + "</ol>\n</nav>\n";
  html += "<main>\n" + sections + "</main>\n<footer>\n";
  if (!page.environment.empty()) html += element("p", page.environment);
  if (!page.command.empty()) html += "<p><code>" + escape_markup(page.command) + "</code></p>\n";
  html += "</footer>\n</body>\n</html>\n";
  return {std::move(html), writer.missing()};
}

}  // namespace driftbench
