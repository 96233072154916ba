#include "tools/command_line/commands.h"

#include "tools/command_line/compare.h"
#include "tools/command_line/convergence.h"
#include "tools/command_line/denoise.h"
#include "tools/command_line/draw.h"
#include "tools/command_line/lipschitz.h"
#include "tools/command_line/list.h"
#include "tools/command_line/mse.h"
#include "tools/command_line/overview.h"
#include "tools/command_line/profile.h"
#include "tools/command_line/reduce.h"
#include "tools/command_line/report.h"
#include "tools/command_line/sample.h"
#include "tools/command_line/scaling.h"
#include "tools/command_line/theory.h"

namespace driftbench {

std::vector<std::unique_ptr<Command>> all_commands() {
  constexpr std::unique_ptr<Command> (*kCommands[])() = {
      overview_command, list_command,      sample_command,      mse_command,     profile_command,
      reduce_command,   lipschitz_command, convergence_command, scaling_command, compare_command,
      theory_command,   draw_command,      denoise_command,     report_command,
  };
  std::vector<std::unique_ptr<Command>> all;
  for (const auto command : kCommands) all.push_back(command());
  return all;
}

}  // namespace driftbench
