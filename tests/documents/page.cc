#include "tests/documents/page.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <regex>
#include <sstream>
#include <utility>

#include "tests/files.h"

namespace driftbench {
namespace {

constexpr char kFence[] = "```";
constexpr char kPrompt[] = "$ ";

std::string place(const std::string& file, int line) { return file + ":" + std::to_string(line); }

/// "TEXT  # not run: REASON" and "TEXT  # not compared: REASON".
PageCommand parse_command(const std::string& where, const std::string& text) {
  static const std::regex mark("(.*[^ ]) +# not (run|compared): (.+)");
  PageCommand command{where, text, PageCommand::Use::kCompared, "", {}};
  std::smatch parts;
  if (std::regex_match(text, parts, mark)) {
    command.text = parts[1];
    command.use = parts[2] == "run" ? PageCommand::Use::kNotRun : PageCommand::Use::kRun;
    command.reason = parts[3];
  }
  return command;
}

void add_block(DocumentPage& page, const DocumentBlock& block) {
  const std::string where = place(page.file, block.line);
  if (block.language == "cpp" || block.language == "c") {
    page.blocks.push_back(block);
    return;
  }
  if (block.language == "text") {
    const auto is_command = [](const std::string& line) { return line.starts_with(kPrompt); };
    if (std::any_of(block.lines.begin(), block.lines.end(), is_command)) {
      page.faults.push_back(where + ": the block is text and has a command");
    }
    return;
  }
  if (block.language != "console") {
    page.faults.push_back(where + ": the block is none of console, cpp, c and text");
    return;
  }
  if (block.lines.empty() || !block.lines.front().starts_with(kPrompt)) {
    page.faults.push_back(where + ": the block does not begin with a command");
    return;
  }
  page.blocks.push_back(block);
  const std::size_t first = page.commands.size();
  for (std::size_t i = 0; i < block.lines.size(); ++i) {
    const std::string& line = block.lines[i];
    if (line.starts_with(kPrompt)) {
      page.commands.push_back(parse_command(place(page.file, block.line + 1 + static_cast<int>(i)), line.substr(2)));
      if (page.commands.back().text.find("# not ") != std::string::npos) {
        page.faults.push_back(page.commands.back().where + ": the mark is not `  # not run: REASON`");
      }
    } else {
      page.commands.back().output.push_back(line);
    }
  }
  for (std::size_t i = first; i < page.commands.size(); ++i) {
    PageCommand& command = page.commands[i];
    if (command.use == PageCommand::Use::kCompared && command.output.empty()) command.use = PageCommand::Use::kRun;
  }
}

/// How a text between backticks is used; nothing is returned where it is no command of this project's or of Bazel.
std::optional<PageCommand::Use> use_of_span(const std::string& text) {
  static const std::regex command("(driftbench|bazel|(?:tools|[.]ci)/[a-z-]+|examples/[^ ]*/(?:run|check))( .+)?");
  static const std::regex placeholder("(^|[^A-Za-z0-9])[A-Z]+([^A-Za-z0-9]|$)");
  std::smatch parts;
  if (!std::regex_match(text, parts, command)) return std::nullopt;
  const std::string program = parts[1];
  if (!parts[2].matched) {
    if (program == "driftbench" || program == "bazel") return std::nullopt;
    return PageCommand::Use::kNamed;
  }
  if (std::regex_search(text, placeholder)) return PageCommand::Use::kNamed;
  return program == "driftbench" || program == "tools/run" ? PageCommand::Use::kRun : PageCommand::Use::kNotRun;
}

/// Adds the commands and links of a paragraph or of a row of a table; `text` is its lines, joined.
void add_paragraph(DocumentPage& page, int line, const std::string& text) {
  static const std::regex span("`([^`]+)`"), link("\\[[^\\]]*\\]\\(([^)]+)\\)"), escape("\\\\([|])");
  for (std::sregex_iterator i(text.begin(), text.end(), span), end; i != end; ++i) {
    const std::string code = std::regex_replace((*i)[1].str(), escape, "$1");
    const auto is_same = [&](const PageCommand& command) { return command.text == code; };
    const std::optional<PageCommand::Use> use = use_of_span(code);
    if (!use || std::any_of(page.commands.begin(), page.commands.end(), is_same)) continue;
    const std::string reason = *use == PageCommand::Use::kNotRun ? "scripts and Bazel are not run from the text" : "";
    page.commands.push_back({place(page.file, line), code, *use, reason, {}});
  }
  const std::string plain = std::regex_replace(text, span, "");
  if (plain.find('`') != std::string::npos) {
    page.faults.push_back(place(page.file, line) + ": a backtick has no other");
  }
  for (std::sregex_iterator i(plain.begin(), plain.end(), link), end; i != end; ++i) page.links.push_back((*i)[1]);
}

/// "## A heading of `two`" is "a-heading-of-two".
std::string anchor_of(const std::string& heading) {
  std::string anchor;
  for (const char c : heading.substr(heading.find_first_not_of("# "))) {
    const auto u = static_cast<unsigned char>(c);
    if (std::isalnum(u) != 0 || c == '-' || c == '_') anchor += static_cast<char>(std::tolower(u));
    if (c == ' ') anchor += '-';
  }
  return anchor;
}

}  // namespace

DocumentPage parse_page(const std::string& file, const std::string& text) {
  DocumentPage page;
  page.file = file;
  DocumentBlock block;
  bool inside = false;
  int paragraph_line = 0;
  std::string paragraph;
  const auto end_paragraph = [&] {
    if (!paragraph.empty()) add_paragraph(page, paragraph_line, paragraph);
    paragraph.clear();
  };
  for (const std::string& line : lines_of(text)) {
    ++page.lines;
    if (line.starts_with(kFence)) {
      end_paragraph();
      if (inside) add_block(page, block);
      inside = !inside;
      block = {page.lines, line.substr(sizeof kFence - 1), {}};
    } else if (inside) {
      block.lines.push_back(line);
    } else if (line.empty()) {
      end_paragraph();
    } else {
      if (line.starts_with('#')) page.anchors.push_back(anchor_of(line));
      // Backticks of one row of a table have nothing to do with those of another.
      if (line.starts_with('|')) end_paragraph();
      if (paragraph.empty()) paragraph_line = page.lines;
      paragraph += (paragraph.empty() ? "" : " ") + line;
    }
  }
  end_paragraph();
  if (inside) page.faults.push_back(place(file, block.line) + ": the block does not end");
  return page;
}

std::vector<DocumentPage> all_pages() {
  std::vector<std::string> files{"README.md"};
  for (const auto& file : std::filesystem::directory_iterator("docs")) {
    if (file.path().extension() == ".md") files.push_back(file.path().string());
  }
  std::sort(files.begin(), files.end());
  std::vector<DocumentPage> pages;
  for (const std::string& file : files) pages.push_back(parse_page(file, read_file(file)));
  return pages;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

bool shows_part_of(const DocumentBlock& block, const std::string& source) {
  const std::vector<std::string> lines = lines_of(source);
  if (block.lines.empty()) return false;
  for (std::size_t first = 0; first + block.lines.size() <= lines.size(); ++first) {
    const std::size_t shown = block.lines.front().size();
    if (lines[first].size() < shown) continue;
    const std::string indentation(lines[first].size() - shown, ' ');
    const auto is_same = [&](const std::string& ours, const std::string& theirs) {
      return theirs == (ours.empty() ? ours : indentation + ours);
    };
    if (std::equal(block.lines.begin(), block.lines.end(), lines.begin() + static_cast<std::ptrdiff_t>(first),
                   is_same)) {
      return true;
    }
  }
  return false;
}

bool matches(const std::vector<std::string>& expected, const std::vector<std::string>& lines) {
  // possible[j]: the first j lines match the part of `expected` that was seen.
  std::vector<bool> possible(lines.size() + 1, false);
  possible[0] = true;
  for (const std::string& pattern : expected) {
    std::vector<bool> next(lines.size() + 1, false);
    for (std::size_t j = 0; j <= lines.size(); ++j) {
      if (pattern == "...") {
        next[j] = possible[j] || (j > 0 && next[j - 1]);
      } else {
        next[j] = j > 0 && possible[j - 1] && lines[j - 1] == pattern;
      }
    }
    possible = std::move(next);
  }
  return possible.back();
}

}  // namespace driftbench
