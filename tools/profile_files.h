// The files that a profile writes besides its results.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tools/output.h"
#include "tools/profile.h"
#include "tools/step_stream.h"
#include "tools/step_trace.h"

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
  /// ArgumentError where one of the files cannot be written. With a period there are response times besides.
  ProfileFiles(const ProfileOutputs& wanted, const std::vector<std::string>& subjects, bool with_period);

  /// For the profile of a subject, until that is added; a stream serves one subject at a time.
  StepOutputs begin(const std::string& subject);
  /// What the profile came to.
  void add(const std::string& subject, const StepProfile& profile);
  /// Writes the trace. RunError where that fails.
  void finish();
  /// What could not be streamed and why; none where all was.
  std::optional<std::string> loss() const;

 private:
  /// Hands over the next of hgrm_, which are in the order of the subjects.
  void write_hgrm(const LatencyHistogram& latency);

  ProfileOutputs wanted_;
  std::list<OutputFile> hgrm_;
  std::optional<OutputFile> trace_file_;
  std::optional<StreamFile> stream_file_;
  std::optional<StepStream> stream_;
  std::map<std::string, StepTrace> traces_;
  nlohmann::ordered_json events_ = nlohmann::ordered_json::array();
  StreamCounts streamed_;
};

}  // namespace driftbench
