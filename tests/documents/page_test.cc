// Checks that the test of the documents notices what is wrong with a page.
#include "tests/documents/page.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/documents/run_page.h"

namespace driftbench {
namespace {

using Lines = std::vector<std::string>;
using Use = PageCommand::Use;

DocumentPage console(const std::string& lines) { return parse_page("page.md", "```console\n" + lines + "```\n"); }

TEST(DocumentPage, CommandsAreThoseOfBlocksAndText) {
  const DocumentPage page = parse_page("page.md",
                                       "Text, `driftbench list`,\nand `driftbench\nlist --quiet`.\n\n"
                                       "```console\n$ one\n$ two | three  # not run: it is long\n"
                                       "$ four  # not compared: it varies\nshown\n$ five # six\n...\n```\n");
  EXPECT_EQ(page.faults, Lines{});
  ASSERT_EQ(page.commands.size(), 6U);
  EXPECT_EQ(page.commands[0].text, "driftbench list");
  EXPECT_EQ(page.commands[1].text, "driftbench list --quiet");
  EXPECT_EQ(page.commands[2].use, Use::kRun);
  EXPECT_EQ(page.commands[3].text, "two | three");
  EXPECT_EQ(page.commands[3].use, Use::kNotRun);
  EXPECT_EQ(page.commands[3].reason, "it is long");
  EXPECT_EQ(page.commands[4].use, Use::kRun);
  EXPECT_EQ(page.commands[4].reason, "it varies");
  EXPECT_EQ(page.commands[5].where, "page.md:10");
  EXPECT_EQ(page.commands[5].text, "five # six");
  EXPECT_EQ(page.commands[5].use, Use::kCompared);
  EXPECT_EQ(page.commands[5].output, Lines{"..."});
}

TEST(DocumentPage, TextBetweenBackticksIsACommandWhereItNamesAProgram) {
  const DocumentPage page =
      parse_page("page.md",
                 "`driftbench`, `driftbench.partial.*`, `tools/registry.h`, `tools/BUILD`, `examples/folder`, `bazel`, "
                 "`driftbench list`, `driftbench mse --json FILE`, `tools/run list`, `tools/test`, "
                 "`tools/test --kernels`, `examples/a/check`, `bazel test //x`\n");
  std::vector<std::pair<std::string, Use>> commands;
  for (const PageCommand& command : page.commands) commands.emplace_back(command.text, command.use);
  const std::vector<std::pair<std::string, Use>> expected{
      {"driftbench list", Use::kRun},   {"driftbench mse --json FILE", Use::kNamed}, {"tools/run list", Use::kRun},
      {"tools/test", Use::kNamed},      {"tools/test --kernels", Use::kNotRun},      {"examples/a/check", Use::kNamed},
      {"bazel test //x", Use::kNotRun},
  };
  EXPECT_EQ(commands, expected);
}

TEST(DocumentPage, WhatTheRulesDoNotAllowIsAFault) {
  for (const char* text :
       {"```\n$ list\n```\n", "```sh\nlist\n```\n", "```text\n$ list\n```\n", "```console\nlist\n```\n",
        "```console\n```\n", "```console\n$ list\n", "```console\n$ list  # not run:\n```\n",
        "```console\n$ list  # not tested: why\n```\n", "one ` alone\n"}) {
    EXPECT_EQ(parse_page("page.md", text).faults.size(), 1U) << text;
  }
  EXPECT_TRUE(parse_page("page.md", "```text\na  <-  b\n```\n").faults.empty());
}

TEST(DocumentPage, LinksAndAnchors) {
  const DocumentPage page =
      parse_page("page.md", "# What `n` is, and why\n\n[a](b.md#c) ![d](e.svg) `[f](g)`\n\n| [h](i) |\n");
  EXPECT_EQ(page.anchors, Lines{"what-n-is-and-why"});
  EXPECT_EQ(page.links, (Lines{"b.md#c", "e.svg", "i"}));
}

TEST(DocumentPage, BlocksArePartsOfSources) {
  const std::string source = "int f() {\n  if (x) {\n    g();\n\n  }\n}\n";
  EXPECT_TRUE(shows_part_of({1, "c", {"if (x) {", "  g();", "", "}"}}, source));
  EXPECT_TRUE(shows_part_of({1, "c", lines_of(source)}, source));
  EXPECT_FALSE(shows_part_of({1, "c", {"if (x) {", "g();"}}, source));
  EXPECT_FALSE(shows_part_of({1, "c", {"(x) {", "  g();"}}, source));
  EXPECT_FALSE(shows_part_of({1, "c", {"}", "}", "}"}}, source));
}

TEST(DocumentPage, ThreeDotsStandForAnyLines) {
  EXPECT_TRUE(matches({"a", "...", "c"}, {"a", "b", "b", "c"}));
  EXPECT_TRUE(matches({"a", "...", "c"}, {"a", "c"}));
  EXPECT_TRUE(matches({"..."}, {}));
  EXPECT_FALSE(matches({"a", "c"}, {"a", "b", "c"}));
  EXPECT_FALSE(matches({"a", "..."}, {"b", "a"}));
  EXPECT_FALSE(matches({"a"}, {"a", "b"}));
  EXPECT_FALSE(matches({"a", "b"}, {"a"}));
}

TEST(RunPage, RunsCommandsInTheirOrder) {
  EXPECT_EQ(run_page(console("$ driftbench list --json list.json\n...\n$ grep -c '\"version\"' list.json\n1\n")),
            Lines{});
  EXPECT_EQ(run_page(console("$ tools/run list\n...\nSizes (add more in sizes.bzl)\n...\n")), Lines{});
}

TEST(RunPage, ReportsWhatFailsAndWhatIsNotPrinted) {
  EXPECT_EQ(run_page(console("$ driftbench frobnicate\n")).size(), 1U);
  EXPECT_EQ(run_page(console("$ driftbench frobnicate  # not compared: it varies\n")).size(), 1U);
  EXPECT_EQ(run_page(console("$ driftbench list\nDrifts\n$ driftbench list\n...\n")).size(), 1U);
  EXPECT_EQ(run_page(console("$ driftbench frobnicate  # not run: it is long\n")), Lines{});
  EXPECT_EQ(run_page(parse_page("page.md", "| `driftbench frobnicate --all` |\n")).size(), 1U);
}

TEST(RunPage, ScriptsAndOptionsThatAreNotThereAreSeen) {
  const auto unknown = [](const std::string& text) { return unknown_words({"page.md:1", text, Use::kNotRun, "", {}}); };
  EXPECT_EQ(unknown("tools/test --config avx2 --kernels"), Lines{});
  EXPECT_EQ(unknown("bazel build --config=sse2 //tools:driftbench"), Lines{});
  EXPECT_EQ(unknown("tools/test --colour").size(), 1U);
  EXPECT_EQ(unknown("tools/tset").size(), 1U);
  EXPECT_EQ(unknown("examples/cortex_m8/run").size(), 1U);
  EXPECT_EQ(unknown("bazel build --config=sse3 //tools:driftbench").size(), 1U);
}

}  // namespace
}  // namespace driftbench
