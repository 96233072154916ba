// The files that a profile writes besides its results.
#pragma once

#include <list>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tools/base/outputs.h"
#include "tools/profiling/profile.h"
#include "tools/profiling/step_stream.h"
#include "tools/profiling/step_trace.h"

namespace driftbench {

/// Which of them are wanted.
struct ProfileOutputs {
  std::optional<std::string> hgrm;  ///< what the names of the distributions' files begin with
  std::optional<std::string> trace, stream;
  StreamFormat format = StreamFormat::kJson;
  StreamPolicy policy = StreamPolicy::kWait;
};

class ProfileFiles {
 public:
  /// Accepts them as outputs of the command, which outlive this. ArgumentError where one cannot be written. With a
  /// period there are response times besides.
  ProfileFiles(const ProfileOutputs& wanted, const std::vector<std::string>& subjects, bool with_period,
               Outputs& outputs);

  /// For the profile of a subject, until that is added; a stream serves one subject at a time.
  StepOutputs begin(const std::string& subject);
  /// What the profile came to.
  void add(const std::string& subject, const StepProfile& profile);
  /// Writes the trace, and where all steps were run, to a stream of JSON the record that says that it is whole.
  void finish(bool complete);
  /// What could not be streamed and why; none where all was.
  std::optional<std::string> loss() const;

 private:
  /// Writes the next of hgrm_, which are in the order of the subjects.
  void write_hgrm(const LatencyHistogram& latency);

  void end_stream();

  ProfileOutputs wanted_;
  Outputs& outputs_;
  std::list<Output*> hgrm_;
  Output* trace_output_ = nullptr;
  const Output* stream_output_ = nullptr;
  std::optional<StreamFile> stream_file_;
  std::optional<StepStream> stream_;
  std::map<std::string, StepTrace> traces_;
  nlohmann::ordered_json events_ = nlohmann::ordered_json::array();
  StreamCounts streamed_;
  int end_error_ = 0;  // why the last record could not be written
};

}  // namespace driftbench
