// Tests where outputs may go, what stays as it was there, and what is refused before anything is written.
#include <gtest/gtest.h>
#include <unistd.h>

#include <sstream>
#include <string>

#include "tests/tools/command_line/run.h"

namespace driftbench {
namespace {

using nlohmann::json;

constexpr char kProfile[] = "profile --n 12 --k 3 --steps 20 --drift zero --quiet ";

/// Runs the script in an empty folder.
Outcome run_in_folder(const std::string& script) {
  return run("D=$PWD/$D; rm -rf \"$T/folder\"; mkdir \"$T/folder\"; cd \"$T/folder\"; " + script);
}

std::string in_folder(const std::string& name) { return read_file(test_folder() + "folder/" + name); }

void expect_json(const std::string& name) { EXPECT_TRUE(json::accept(in_folder(name))) << in_folder(name); }

/// Checks that the script succeeds without a message.
void expect_good(const std::string& script) {
  SCOPED_TRACE(script);
  const Outcome outcome = run_in_folder(script);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "");
}

/// Checks that the script's last command is refused, that it leaves the files x and y as they were, and that it makes
/// no other file.
void expect_refused_in_folder(const std::string& script, const std::string& said) {
  SCOPED_TRACE(script);
  const Outcome outcome = run_in_folder("echo x > x; echo y > y; " + script + "; s=$?; ls > ../names; exit $s");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find(said), std::string::npos) << outcome.err;
  EXPECT_EQ(in_folder("x"), "x\n");
  EXPECT_EQ(in_folder("y"), "y\n");
  EXPECT_EQ(read_file(test_folder() + "names").find("new"), std::string::npos);
}

TEST(OutputPlaces, SymbolicLinksStay) {
  expect_good(
      "echo before > target; ln -s target link; ln -s link link2; mkdir sub; ln -s ../new sub/dangling\n"
      "$D list --json link2 > /dev/null && $D list --json sub/dangling > /dev/null\n"
      "test -L link && test -L link2 && test -L sub/dangling && test ! -L target && test ! -L new");
  expect_json("target");
  expect_json("new");
}

TEST(OutputPlaces, HardLinksStay) {
  expect_good("echo before > kept; ln kept other; $D list --json kept > /dev/null; test kept -ef other");
  expect_json("other");
}

TEST(OutputPlaces, ModeStays) {
  for (const std::string mode : {"600", "640", "666", "755"}) {
    expect_good("umask 022; echo before > kept; chmod " + mode +
                " kept; $D list --json kept > /dev/null; test $(stat -c %a kept) = " + mode);
    expect_json("kept");
  }
  expect_good("umask 027; $D list --json new > /dev/null; test $(stat -c %a new) = 640");
}

TEST(OutputPlaces, OwnerAndGroupStay) {
  if (run_in_folder("touch f; chown 65534:65534 f").status != 0) GTEST_SKIP() << "this user gives no files away";
  // Once the program has the right to give a new file to that owner, and once it has not.
  for (const std::string with : {"", "$PLAIN"}) {
    expect_good("echo before > kept; chmod 666 kept; chown 65534:65534 kept; " + with +
                " $D list --json kept > /dev/null; test $(stat -c %u:%g:%a kept) = 65534:65534:666");
    expect_json("kept");
  }
}

TEST(OutputPlaces, AFolderThatCannotBeWritten) {
  if (run_in_folder("chmod 555 .; $PLAIN touch f").status == 0) GTEST_SKIP() << "this user may write to all folders";
  expect_good("echo before > kept; chmod 555 .; $PLAIN $D list --json kept > /dev/null");
  expect_json("kept");
  expect_refused_in_folder("chmod 555 .; $PLAIN $D list --json new",
                           "--json: \"new\" is not possible: Permission denied");
  expect_refused_in_folder("chmod 444 x; $PLAIN $D list --json x", "--json: \"x\" is not possible: Permission denied");
  expect_refused_in_folder("chmod 555 .; $PLAIN $D " + std::string(kProfile) + "--json x --stream new",
                           "--stream: \"new\"");
}

/// A file is mounted by itself, as `docker run -v` does.
TEST(OutputPlaces, AMountedFile) {
  const std::string with = geteuid() == 0 ? "unshare --mount sh -c '" : "unshare --map-root-user --mount sh -c '";
  const std::string mount = with + "echo before > outside; touch mounted; mount --bind outside mounted && ";
  if (run_in_folder(mount + "test mounted -ef outside'").status != 0) GTEST_SKIP() << "this user cannot mount files";
  const Outcome outcome = run_in_folder("export D; " + mount + "$D list --json mounted > /dev/null'");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "");
  expect_json("outside");
}

/// A temporary file's name was once made of the process's number, which containers use again.
TEST(OutputPlaces, LeftoversOfOthersDoNotMatter) {
  expect_good("export D; sh -c 'touch new.partial.$$; exec $D list --json new' > /dev/null");
  expect_json("new");
}

TEST(OutputPlaces, TheLongestName) {
  const std::string name(255, 'f');
  expect_good("$D list --json " + name + " > /dev/null");
  expect_json(name);
  expect_refused_in_folder("$D list --json new" + name, "File name too long");
}

TEST(OutputPlaces, OnAFileThatIsRead) {
  const std::string write = "$D " + std::string(kProfile) + "--json p > /dev/null; ln -s p l; ";
  expect_refused_in_folder(write + "$D compare p p --json p", "--json: \"p\" is not possible: compare reads it");
  expect_refused_in_folder(write + "$D compare p p --json l", "--json: \"l\" is not possible: compare reads it");
}

TEST(OutputPlaces, OnTheFileOfMessages) {
  for (const std::string output : {"--json", "--trace", "--stream"}) {
    expect_good("echo before > log; $D " + std::string(kProfile) + output +
                " log 2>> log && exit 1; grep -q before log && "
                "grep -q 'log\" is not possible: messages go there, as standard error' log");
  }
  expect_good("$D list --json log > log 2>&1");
  expect_json("log");
}

/// What is written to a descriptor that a shell has opened comes after what stands there.
TEST(OutputPlaces, AnOpenDescriptor) {
  for (const std::string output : {"--json", "--trace", "--stream"}) {
    expect_good("echo before > log; $D " + std::string(kProfile) + output +
                " /dev/fd/3 3>> log > /dev/null; head -n 1 log | grep -q before && [ $(wc -l < log) -gt 1 ]");
  }
  expect_refused_in_folder("$D " + std::string(kProfile) + "--json /dev/fd/3 3< /dev/null",
                           "--json: \"/dev/fd/3\" is not possible");
}

TEST(OutputPlaces, TwoOutputsToOne) {
  const std::string profile = "$D " + std::string(kProfile);
  expect_refused_in_folder(profile + "--json new --stream new",
                           "--stream: \"new\" is not possible: --json \"new\" goes there");
  expect_refused_in_folder(profile + "--json x --trace ../folder/./x",
                           "--trace: \"../folder/./x\" is not possible: --json");
  expect_refused_in_folder("ln -s x l; " + profile + "--json x --trace l", "--trace: \"l\" is not possible: --json");
  expect_refused_in_folder("ln x l; " + profile + "--json x --trace l", "--trace: \"l\" is not possible: --json");
  expect_refused_in_folder("ln -s new l; " + profile + "--json new --trace l",
                           "--trace: \"l\" is not possible: --json");
  expect_refused_in_folder(profile + "--hgrm new --stream new.zero.step.hgrm", "--stream: \"new.zero.step.hgrm\"");
  expect_refused_in_folder("$D scaling --picture new --json new", "--picture: \"new\" is not possible: --json");
  expect_refused_in_folder("$D report --out x --json ./x", "--json: \"./x\" is not possible: --out");
  expect_refused_in_folder("$D report --out new.json", "--json: \"new.json\" is not possible: --out");
  expect_refused_in_folder("$D sample --n 12 --k 3 --drift zero --out new --json ./new",
                           "--out: \"new\" is not possible: --json");
  expect_refused_in_folder("ln -s x l; $D draw --n 12 --k 3 --t 3 --out x --truth l",
                           "--truth: \"l\" is not possible: --out");
  expect_refused_in_folder("mkfifo f; " + profile + "--json f --stream ./f",
                           "--stream: \"./f\" is not possible: --json");
  expect_refused_in_folder(profile + "--json - --stream -", "--stream: \"-\" is not possible: --json \"-\" goes there");
  expect_refused_in_folder(profile + "--json - --trace /dev/stdout",
                           "--trace: \"/dev/stdout\" is not possible: --json");
  expect_good(profile + "--json /dev/null --trace /dev/null --stream /dev/null > /dev/null");
}

TEST(OutputPlaces, ADriftTwice) {
  const std::string said = "is not possible; give zero once";
  expect_refused_in_folder("$D profile --drift zero,amp,zero --hgrm new", "--drift: \"zero,amp,zero\" " + said);
  expect_refused_in_folder("$D sample --drift zero,zero", said);
  expect_refused_in_folder("$D scaling --drift zero,zero", said);
}

TEST(OutputPlaces, ARefusedCommandLeavesWhatThereIs) {
  const std::string profile = "$D " + std::string(kProfile) + " --stream x ";
  expect_refused_in_folder(profile + "--cpu 9999", "--cpu: \"9999\"");
  expect_refused_in_folder(profile + "--json no/such/folder", "--json");
  expect_refused_in_folder(profile + "--hgrm no/such/folder", "--hgrm");
  expect_refused_in_folder("$D compare x y --json new", "x");
}

/// Returns the standard output of a run that must succeed; its stderr holds the names of the files that it made.
std::string printed(const std::string& arguments) {
  SCOPED_TRACE(arguments);
  const Outcome outcome = run_in_folder("$D " + arguments + " && ls >&2");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "");
  return outcome.out;
}

TEST(OutputPlaces, StandardOutput) {
  const std::string profile = kProfile;
  const auto events = [](const std::string& text) {
    return json::parse(text, nullptr, false).value("traceEvents", json());
  };
  EXPECT_TRUE(events(printed(profile + "--trace -")).is_array());
  EXPECT_TRUE(events(printed(profile + "--trace /dev/stdout")).is_array());
  EXPECT_TRUE(json::accept(printed("list --json /dev/stdout")));
  EXPECT_EQ(printed(profile + "--stream - --stream-format float32").size(), 20 * 12 * sizeof(float));
  std::istringstream lines(printed(profile + "--stream -"));
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_TRUE(json::parse(line, nullptr, false).contains(count < 20 ? "step" : "end")) << line;
  }
  EXPECT_EQ(count, 21);
  const Outcome same_file = run_in_folder("$D list --json all > all");
  EXPECT_EQ(same_file.status, 0);
  expect_json("all");
}

TEST(OutputPlaces, WhereStandardOutputIsNotPossible) {
  expect_refused_in_folder("$D " + std::string(kProfile) + "--hgrm -", "--hgrm: \"-\" is not possible");
  expect_refused_in_folder("$D report --out -", "--out: \"-\" is not possible");
}

}  // namespace
}  // namespace driftbench
