// An EstimatorProcess is a program of the user's that estimates: it reads matrices and writes estimates. docs/exec.md
// has the protocol.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tools/base/child_process.h"

namespace driftbench {

/// A request has this many matrices at most.
inline constexpr int kMaxBatch = 1'000'000;

/// One process. A request is sent, awaited and received; each of these throws EstimateError, one line that names the
/// drift, where the process does not do its part. After that it is of no use any more.
class EstimatorProcess {
 public:
  /// Starts the command and waits until it says that it is ready.
  EstimatorProcess(const std::string& command, double timeout_s);

  /// Returns the largest number of matrices that it wants in a request.
  int batch() const { return batch_; }
  /// Sends a request with `count` matrices Y at t, from 1 to batch(), each of n x n numbers row by row.
  void send(int n, float t, int count, std::span<const float> matrices);
  /// Waits until the answer begins.
  void await();
  /// estimates <- the answer, `count` times n x n numbers: each an estimate row by row, or its transpose.
  void receive(int n, int count, std::vector<float>& estimates);

  bool failed() const { return child_.failed(); }
  /// Throws what is wrong with the process's answer.
  void fail(const std::string& what);

 private:
  /// Calls f() and makes a line of what it throws.
  template <class F>
  void attempt(F f);
  int read_batch();

  std::string command_;
  ChildProcess child_;
  int batch_;
};

/// The processes of one command, each of which serves one drift at a time. They are kept from one drift to the next,
/// as a program may take seconds to start. Several threads may use an object at once.
class EstimatorProcesses {
 public:
  EstimatorProcesses(std::string command, double timeout_s) : command_(std::move(command)), timeout_s_(timeout_s) {}

  /// Starts the first process. Throws ArgumentError where it does not become ready. To be called before all else.
  void start();
  /// Returns the largest number of matrices in a request, which is the same for all of them.
  int batch() const { return batch_; }
  /// Returns a process that is idle, or a new one. Throws EstimateError where it does not become ready.
  std::unique_ptr<EstimatorProcess> take();
  void give_back(std::unique_ptr<EstimatorProcess> process);

 private:
  std::string command_;
  double timeout_s_;
  int batch_ = 1;
  std::mutex mutex_;
  std::vector<std::unique_ptr<EstimatorProcess>> idle_;
};

}  // namespace driftbench
