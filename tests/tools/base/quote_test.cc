// Tests how a text is made safe to print.
#include "tools/base/quote.h"

#include <gtest/gtest.h>

#include <string>

namespace driftbench {
namespace {

TEST(Printable, KeepsWhatIsText) {
  for (const char* text : {"", "plain text", "größe ∞ 𝛼", "back\\slash \"quotes\"", "\xc2\xa0"})
    EXPECT_EQ(printable(text), text);
}

TEST(Printable, EscapesWhatSteersATerminal) {
  EXPECT_EQ(printable(std::string("\0\t\n\r\x1b[31m\x7f", 10)), "\\x00\\x09\\x0a\\x0d\\x1b[31m\\x7f");
  EXPECT_EQ(printable("\xc2\x80 \xc2\x9b \xc2\x9f"), "\\xc2\\x80 \\xc2\\x9b \\xc2\\x9f");
  EXPECT_EQ(printable("\u2028 \u202e \u2066 \u200f"),
            "\\xe2\\x80\\xa8 \\xe2\\x80\\xae \\xe2\\x81\\xa6 \\xe2\\x80\\x8f");
}

TEST(Printable, EscapesWhatIsNotUtf8) {
  for (const auto& [text, escaped] :
       {std::pair("\x80", "\\x80"), std::pair("\xff", "\\xff"), std::pair("\xe2\x88", "\\xe2\\x88"),
        std::pair("\xc0\x9b", "\\xc0\\x9b"), std::pair("\xe0\x82\x9b", "\\xe0\\x82\\x9b"),
        std::pair("\xf0\x80\x82\x9b", "\\xf0\\x80\\x82\\x9b"), std::pair("\xed\xa0\x80", "\\xed\\xa0\\x80"),
        std::pair("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"), std::pair("\xc3(", "\\xc3(")}) {
    EXPECT_EQ(printable(text), escaped);
  }
}

TEST(Shown, CutsInTheMiddle) {
  const std::string longest(kMaxQuoted, 'x');
  EXPECT_EQ(shown(longest), longest);
  EXPECT_EQ(shown("<" + longest + ">"), "<" + std::string(37, 'x') + "..." + std::string(38, 'x') + ">");
  EXPECT_EQ(in_quotes("<" + longest + ">"), "\"" + shown("<" + longest + ">") + "\"");
}

TEST(Shown, CutsNoCharacterInTwo) {
  for (std::size_t blanks = 0; blanks < 4; ++blanks) {
    std::string text(blanks, ' ');
    for (int i = 0; i < 40; ++i) text += "𝛼";
    const std::string part = shown(text);
    EXPECT_LE(part.size(), kMaxQuoted);
    EXPECT_GE(part.size(), kMaxQuoted - 6);
    EXPECT_EQ(part.find('\\'), std::string::npos);
    EXPECT_EQ(printable(part), part);
  }
}

}  // namespace
}  // namespace driftbench
