// A FindingsCommand prints its findings, and writes them as a document where --json asks for it.
#pragma once

#include <functional>
#include <string>

#include "tools/base/outputs.h"
#include "tools/command_line/command.h"
#include "tools/command_line/document.h"
#include "tools/command_line/findings.h"

namespace driftbench {

/// The run of a command whose arguments are accepted. It can still fail, but it is not refused any more.
using AcceptedRun = std::function<Findings()>;

class FindingsCommand : public Command {
 public:
  using Command::Command;
  int run(const CompiledSizes& sizes, const std::string& command_line) final;

 protected:
  /// Checks the options, accepts the outputs that they name besides --json, and returns the run. The command, the
  /// sizes and the outputs outlive it.
  virtual AcceptedRun accept(const CompiledSizes& sizes, Outputs& outputs) = 0;

  /// Returns the group of the options that every such command has.
  OptionGroup output_options() { return {"Output", {&json_, &quiet_}}; }
  bool writes_document() const { return json_.given.has_value(); }
  bool quiet() const { return quiet_.given.has_value(); }

 private:
  Option json_ = json_option(), quiet_ = flag("--quiet", "No progress on the terminal");
};

}  // namespace driftbench
