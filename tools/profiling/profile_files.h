// A profile writes these files besides its results.
#pragma once

#include <list>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tools/base/outputs.h"
#include "tools/base/stream_file.h"
#include "tools/profiling/profile.h"
#include "tools/profiling/step_stream.h"
#include "tools/profiling/step_trace.h"

namespace driftbench {

/// Says which of the files are wanted.
struct ProfileOutputs {
  std::optional<std::string> hgrm;  ///< the beginning of the names of the distributions' files
  std::optional<std::string> trace, stream;
  StreamFormat format = StreamFormat::kJson;
  StreamPolicy policy = StreamPolicy::kWait;
};

class ProfileFiles {
 public:
  /// Accepts the files as outputs of the command, which outlive this object. Throws ArgumentError where one cannot be
  /// written. With a period there are files of response times besides.
  ProfileFiles(const ProfileOutputs& wanted, const std::vector<std::string>& subjects, bool with_period,
               Outputs& outputs);

  /// Returns the outputs for the profile of a subject, until add() takes that. A stream serves one subject at a time.
  StepOutputs begin(const std::string& subject);
  /// Takes the profile of a subject.
  void add(const std::string& subject, const StepProfile& profile);
  /// Writes the trace. Where all steps were run, also ends the stream; one of JSON then says in its last record that it
  /// is whole.
  void finish(bool complete);
  /// Says what could not be streamed and why; none where all was.
  std::optional<std::string> loss() const;

 private:
  /// Writes the next file of hgrm_, which are in the order of the subjects.
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
  int end_error_ = 0;  // errno where the stream's end could not be written
};

}  // namespace driftbench
