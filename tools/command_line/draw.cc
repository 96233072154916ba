#include "tools/command_line/draw.h"

#include <fmt/core.h>

#include <cstdint>
#include <optional>

#include "kernels/philox.h"
#include "tools/base/errors.h"
#include "tools/base/failure.h"
#include "tools/base/outputs.h"
#include "tools/base/progress.h"
#include "tools/base/quote.h"
#include "tools/command_line/common_options.h"
#include "tools/command_line/frame_output.h"
#include "tools/command_line/values.h"
#include "tools/sizes/compiled_size.h"

namespace driftbench {
namespace {

/// Draws need no memory for each, so that their random addresses alone limit their number.
constexpr IntegerRange kDrawCounts{1, 1'000'000'000'000};
static_assert(std::uint64_t{kDrawCounts.high} < kRandomAddresses);

struct DrawPlan {
  const CompiledSize* size;
  TargetSettings target;
  std::uint64_t seed;
  std::int64_t count;
  float t;          ///< of the observations; 0 where x itself is written
  MatrixForm form;  ///< of x
  bool quiet;
};

/// Writes the draws, or the observations and, where it is not null, the draws to `truth`. An output that fails costs
/// the other no frame.
void write_draws(const DrawPlan& plan, FrameOutput& out, FrameOutput* truth) {
  const auto draws = plan.size->draws(plan.target);
  const int n = plan.size->n();
  const auto is_done = [](const FrameOutput* frames) { return frames == nullptr || frames->is_broken(); };
  Progress progress("draws", plan.count, plan.quiet);
  for (std::int64_t i = 0; i < plan.count && !(out.is_broken() && is_done(truth)); ++i) {
    draws->draw(plan.seed, i, plan.t);
    if (plan.t > 0) {
      out.write(MatrixForm::kFull, n, draws->y());
    } else {
      out.write(plan.form, n, draws->x(plan.form));
    }
    if (truth != nullptr) truth->write(plan.form, n, draws->x(plan.form));
    progress.advance();
  }
}

class DrawCommand final : public Command {
 public:
  DrawCommand()
      : Command({"draw", "Draw x from the target, write it, or observations of it, as .npy arrays one after another",
                 "An observation is Y, the symmetric part of y_t = t x + W_t, as denoise reads it. Observation i of a "
                 "seed is that of sample i of mse at that t. Each draw without --t is independent of those at any t.",
                 "--n 32 --k 4 --count 100 --t 0.8n --truth x.npy > y.npy", "give a smaller --n"}) {}
  std::vector<OptionGroup> options() override {
    return {target_.group(), {"Draws", {&count_, &t_, &seed_}}, {"Output", {&out_, &truth_, &form_, &quiet_}}};
  }
  int run(const CompiledSizes& sizes, const std::string&) override {
    const DrawPlan plan = accept(sizes);
    Outputs outputs;
    FrameOutput out(out_.name, out_.text(), outputs);
    std::optional<FrameOutput> truth;
    if (truth_.given) truth.emplace(truth_.name, *truth_.given, outputs);
    outputs.open();
    write_draws(plan, out, truth ? &*truth : nullptr);
    for (FrameOutput* const frames : {&out, truth ? &*truth : nullptr}) {
      if (frames == nullptr) continue;
      if (const auto loss = frames->finish(plan.count)) outputs.fail(*loss);
      if (const auto wait = frames->describe_wait()) print_error(*wait);
    }
    outputs.finish("");
    return 0;
  }

 private:
  DrawPlan accept(const CompiledSizes& sizes) const {
    DrawPlan plan{&find_size(sizes, target_.size()),
                  target_.settings(sizes),
                  parse_seed(seed_.text()),
                  count_.value(),
                  0,
                  {},
                  {}};
    if (t_.given) plan.t = static_cast<float>(parse_time(t_.name, *t_.given, plan.size->n()));
    if (truth_.given && !t_.given) {
      throw ArgumentError(
          fmt::format("{}: {} has no effect without --t, where x itself goes to {}; give both, or neither", truth_.name,
                      in_quotes(*truth_.given, kMaxPathQuoted), out_.name));
    }
    plan.form = chosen_form(form_, !t_.given || truth_.given, truth_.name);
    plan.quiet = quiet_.given.has_value();
    return plan;
  }

  TargetOptions target_;
  Option seed_ = seed_option();
  IntegerOption count_{"--count", kDrawCounts, "100", "Draws"};
  Option t_ = time_option("--t", "", "Signal-to-noise ratio of observations to write in place of the draws");
  Option out_ = frames_option("--out", "-", "Write the draws, or their observations");
  Option truth_ = frames_option("--truth", "", "Write the draws that are observed, beside the observations");
  ChoiceOption form_ = form_option();
  Option quiet_ = flag("--quiet", "No progress on the terminal");
};

}  // namespace

std::unique_ptr<Command> draw_command() { return std::make_unique<DrawCommand>(); }

}  // namespace driftbench
