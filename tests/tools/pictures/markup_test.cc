#include "tools/pictures/markup.h"

#include <gtest/gtest.h>

#include <string>

namespace driftbench {
namespace {

TEST(CleanText, KeepsUtf8) {
  const std::string text = "E ‖m(y, t) − x‖², 58 µs, 𝛼, \uFFFD";
  EXPECT_EQ(clean_text(text), text);
}

TEST(CleanText, ReplacesWhatIsNoUtf8) {
  EXPECT_EQ(clean_text("a\xff"), "a\uFFFD");
  EXPECT_EQ(clean_text("\xc3"), "\uFFFD");
  EXPECT_EQ(clean_text("\xc3(b"), "\uFFFD(b");
  EXPECT_EQ(clean_text("\xe2\x80"), "\uFFFD\uFFFD");
  EXPECT_EQ(clean_text("\xc0\xaf"), "\uFFFD\uFFFD") << "overlong";
  EXPECT_EQ(clean_text("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD") << "surrogate";
  EXPECT_EQ(clean_text("\xf4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD") << "beyond U+10FFFF";
}

TEST(CleanText, ReplacesControlCharactersAndNoncharacters) {
  EXPECT_EQ(clean_text("a\nb\tc\r"), "a b c ");
  EXPECT_EQ(clean_text(std::string("\0\x1b\x7f", 3)), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(clean_text("\xc2\x85"), "\uFFFD");
  EXPECT_EQ(clean_text("\xef\xbf\xbe"), "\uFFFD");
  EXPECT_EQ(clean_text("\xf0\x9f\xbf\xbf"), "\uFFFD");
}

TEST(EscapeMarkup, Escapes) { EXPECT_EQ(escape_markup("<a b='\"'>&amp;"), "&lt;a b=&#39;&quot;&#39;&gt;&amp;amp;"); }

}  // namespace
}  // namespace driftbench
