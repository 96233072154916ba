// A page of the documents, in the parts that can be tested.
#pragma once

#include <string>
#include <vector>

namespace driftbench {

/// The lines between two lines of ```.
struct DocumentBlock {
  int line = 0;  ///< of the opening ```
  std::string language;
  std::vector<std::string> lines;
};

/// A command that a page shows, in a block or between backticks in its text.
struct PageCommand {
  /// kNamed is a script's name alone, or a command with words in capitals, which stand for something else.
  enum class Use { kCompared, kRun, kNotRun, kNamed };

  std::string where;  ///< file:line
  std::string text;   ///< for a shell, without the mark
  Use use = Use::kRun;
  std::string reason;               ///< why it is not run or not compared
  std::vector<std::string> output;  ///< the lines shown below it
};

struct DocumentPage {
  std::string file;
  int lines = 0;
  std::vector<DocumentBlock> blocks;
  std::vector<PageCommand> commands;  ///< in the order of the page; the same text between backticks is there once
  std::vector<std::string> links;     ///< targets of links and pictures
  std::vector<std::string> anchors;   ///< of headings, as GitHub makes them
  std::vector<std::string> faults;    ///< what the rules of docs/contributing.md do not allow, each with its place
};

DocumentPage parse_page(const std::string& file, const std::string& text);

/// README.md and all pages of docs/.
std::vector<DocumentPage> all_pages();

/// A text's lines, without their ends.
std::vector<std::string> lines_of(const std::string& text);

/// Whether the source has the block's lines one after another, all with the same further indentation.
bool shows_part_of(const DocumentBlock& block, const std::string& source);

/// Whether the lines are those expected, in which "..." stands for any lines.
bool matches(const std::vector<std::string>& expected, const std::vector<std::string>& lines);

}  // namespace driftbench
