#include "tools/command_line/findings_command.h"

#include <fmt/core.h>

#include "tools/base/json_text.h"
#include "tools/machine/environment.h"

namespace driftbench {

int FindingsCommand::run(const CompiledSizes& sizes, const std::string& command_line) {
  Outputs outputs;
  keep_inputs(*this, outputs);
  Output* const json_output = json_.given ? &outputs.accept(json_.name, *json_.given) : nullptr;
  const AcceptedRun accepted_run = accept(sizes, outputs);
  outputs.open();

  const Findings findings = accepted_run();
  if (findings.failure) outputs.fail(*findings.failure);
  const auto environment = findings.environment.value_or(describe_environment());
  if (json_output != nullptr) {
    outputs.write(*json_output, json_text(make_document(command_line, environment, findings.results)));
  }
  outputs.finish(findings.environment ? findings.text
                                      : fmt::format("{}\n{}", findings.text, describe_environment_line(environment)));
  return 0;
}

}  // namespace driftbench
