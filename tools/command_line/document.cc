#include "tools/command_line/document.h"

#include <utility>

#include "tools/base/output.h"
#include "tools/machine/environment.h"

namespace driftbench {

Option json_option() {
  return {"--json", "FILE", kFilePipeOrStdout, "",
          "Write the results as JSON; where that is stdout, no table is printed"};
}

void keep_inputs(Command& command, Outputs& outputs) {
  for (const OptionGroup& group : command.options()) {
    for (const Option* option : group.options) {
      // An argument that is told by its place is known by the command's name.
      const bool has_name = option->name.starts_with("--");
      if (option->is_read && option->given)
        outputs.keep(has_name ? option->name : command.words().name, *option->given);
    }
  }
}

nlohmann::ordered_json make_document(const std::string& command_line, const nlohmann::ordered_json& environment,
                                     nlohmann::ordered_json results) {
  return {{"tool", "driftbench"},
          {"version", kVersion},
          {"command", command_line},
          {"environment", environment},
          {"results", std::move(results)}};
}

}  // namespace driftbench
