// Tests files that are written as a whole.
#include "tools/base/write_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <thread>

#include "tests/files.h"

namespace driftbench {
namespace {

namespace fs = std::filesystem;

/// Makes an empty folder for a test.
std::string make_folder(const std::string& name) {
  const std::string folder = testing::TempDir() + name;
  fs::remove_all(folder);
  fs::create_directory(folder);
  return folder;
}

std::size_t entries(const std::string& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(WriteFile, NewAndReplaced) {
  const std::string folder = make_folder("replaced"), path = folder + "/file";
  for (const std::string content : {"first", "", "the third"}) {
    EXPECT_EQ(write_file(path, content), std::nullopt);
    EXPECT_EQ(read_file(path), content);
    EXPECT_EQ(entries(folder), 1U);
  }
}

TEST(WriteFile, LongerAndShorterInPlace) {
  const std::string folder = make_folder("in_place"), path = folder + "/file", other = folder + "/other";
  std::ofstream(path) << "before";
  fs::create_hard_link(path, other);
  for (const std::string content : {"somewhat longer", "less", ""}) {
    EXPECT_EQ(write_file(path, content), std::nullopt);
    EXPECT_EQ(read_file(other), content);
  }
  EXPECT_EQ(entries(folder), 2U);
}

/// An entry of an access-control list as Linux stores it after a version: a kind of user, its permissions, and the
/// user's number.
struct AclEntry {
  std::uint16_t tag, permissions;
  std::uint32_t id;
};
struct Acl {
  std::uint32_t version;
  std::array<AclEntry, 5> entries;
};

TEST(WriteFile, AccessListsStay) {
  constexpr char kName[] = "system.posix_acl_access";
  constexpr std::uint32_t kNone = 0xffffffff;
  // The owner reads and writes; this user reads as one named in the list; the group and others do nothing; the mask
  // reads.
  const Acl list{2, {{{0x01, 6, kNone}, {0x02, 4, getuid()}, {0x04, 0, kNone}, {0x10, 4, kNone}, {0x20, 0, kNone}}}};
  const std::string folder = make_folder("access"), path = folder + "/file";
  std::ofstream(path) << "before";
  if (setxattr(path.c_str(), kName, &list, sizeof list, 0) != 0) {
    GTEST_SKIP() << "no access-control list can be set here: " << std::strerror(errno);
  }
  EXPECT_EQ(write_file(path, "after"), std::nullopt);
  EXPECT_EQ(read_file(path), "after");
  Acl found{};
  ASSERT_EQ(getxattr(path.c_str(), kName, &found, sizeof found), static_cast<ssize_t>(sizeof list));
  EXPECT_EQ(std::memcmp(&found, &list, sizeof list), 0);
}

TEST(WriteFile, AUsersAttributesStay) {
  const std::string folder = make_folder("attributes"), path = folder + "/file";
  std::ofstream(path) << "before";
  if (setxattr(path.c_str(), "user.origin", "here", 4, 0) != 0) {
    GTEST_SKIP() << "no attribute can be set here: " << std::strerror(errno);
  }
  EXPECT_EQ(write_file(path, "after"), std::nullopt);
  EXPECT_EQ(read_file(path), "after");
  std::array<char, 4> found{};
  ASSERT_EQ(getxattr(path.c_str(), "user.origin", found.data(), found.size()), 4);
  EXPECT_EQ(std::string(found.data(), found.size()), "here");
}

TEST(WriteFile, ASymbolicNameOfAnOpenFile) {
  const std::string folder = make_folder("deleted"), path = folder + "/file";
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::trunc);
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_GE(descriptor, 0);
  fs::remove(path);
  EXPECT_EQ(write_file("/proc/self/fd/" + std::to_string(descriptor), "content"), std::nullopt);
  std::string content;
  file >> content;
  EXPECT_EQ(content, "content");
  close(descriptor);
}

/// Repeats the work in a process of its own, which SIGTERM ends after this time.
template <class F>
void interrupt(F work, std::chrono::microseconds after) {
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGTERM, SIG_DFL);
    while (true) work();
  }
  ASSERT_GT(child, 0);
  std::this_thread::sleep_for(after);
  kill(child, SIGTERM);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM) << status;
}

/// Whenever the signal comes, the file has one of its contents, and nothing lies beside it.
TEST(WriteFile, InterruptedWhenever) {
  const std::string folder = make_folder("interrupted"), path = folder + "/file", other = folder + "/other";
  const std::string first(300'000, 'a'), second(200'000, 'b');
  for (const std::size_t names : {1U, 2U}) {
    std::ofstream(path) << first;
    if (names == 2) fs::create_hard_link(path, other);
    for (int i = 0; i < 20; ++i) {
      interrupt(
          [&] {
            write_file(path, second);
            write_file(path, first);
          },
          std::chrono::microseconds(1000 + 731 * i));
      const std::string content = read_file(path);
      EXPECT_TRUE(content == first || content == second) << content.size() << " bytes with " << names << " names";
      EXPECT_EQ(entries(folder), names);
    }
  }
}

TEST(WriteFile, BeyondTheLimitNothingIsTouched) {
  const std::string folder = make_folder("limited"), path = folder + "/file", other = folder + "/other";
  std::ofstream(path) << "precious";
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit limit{4, before.rlim_max};
  for (const std::size_t names : {1U, 2U}) {
    if (names == 2) fs::create_hard_link(path, other);
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
    const auto failure = write_file(path, "a content of more than that");
    setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_EQ(failure, "File too large, nothing was kept");
    EXPECT_EQ(read_file(path), "precious");
    EXPECT_EQ(entries(folder), names);
  }
}

TEST(WriteFile, WhereThereIsNoFolder) {
  EXPECT_EQ(write_file(testing::TempDir() + "no/such/folder", "content"),
            "No such file or directory, nothing was kept");
}

}  // namespace
}  // namespace driftbench
