#include "tools/report/report_page.h"

#include <fmt/core.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tools/report/report_view.h"

namespace driftbench {
namespace {

void add(Page& page, const char* id, const char* heading, std::vector<Block> blocks) {
  if (!blocks.empty()) page.sections.push_back({id, heading, std::move(blocks)});
}

nlohmann::ordered_json table_json(const std::string& title, const Table& table) {
  auto columns = nlohmann::ordered_json::array();
  for (const Column& column : table.columns()) columns.push_back(column.name);
  return {{"title", title}, {"columns", std::move(columns)}, {"rows", table.rows()}};
}

nlohmann::ordered_json block_json(const Paragraph& block) { return {{"text", block.text}}; }
nlohmann::ordered_json block_json(const Notice& block) { return {{"text", block.text}}; }
nlohmann::ordered_json block_json(const CaptionedTable& block) { return table_json(block.caption, block.table); }
nlohmann::ordered_json block_json(const Picture& block) {
  auto json = table_json(block.title, table_of(block.plot));
  json["text"] = block.caption;
  return json;
}

}  // namespace

Page make_page(const ReportData& data) {
  const ReportView view{data, *data.main};
  Page page;
  const TargetInfo target = view.main.target();
  page.title = fmt::format("What a polynomial-time drift costs: {}", describe(view.main.id()));
  page.summary = {
      fmt::format(
          "A denoising diffusion samples a distribution by running dY = m(Y, t) dt + dW with a denoiser m as "
          "its drift. Here the distribution is trivial to sample directly: x = s u uᵀ, s = 1 with probability w "
          "and else 0. The target is {}: {}.",
          target.name, target.summary),
      "A drift can be as good a denoiser of it as any polynomial-time algorithm, and the "
      "diffusion that it drives still samples something else: Montanari and Vu, “Computational bottlenecks for "
      "denoising diffusions”, arXiv 2503.08028.",
      fmt::format("w = {:g}{}. t is the signal-to-noise ratio of the observation y = t x + noise. Every number on this "
                  "page also stands in the JSON file beside it.",
                  data.target.w, target.has_density ? fmt::format(", density {:g}", data.target.density) : "")};
  if (const auto failure = missing_estimates(data).failure()) {
    page.notices.push_back(fmt::format("Results are missing, and stand as -. {}.", *failure));
  }
  if (data.partial) {
    page.notices.push_back(
        fmt::format("Partial: {}.", data.failure.value_or("the run was stopped before all points were measured")));
  }
  add(page, "score", "How well each drift denoises", score_blocks(view));
  add(page, "samples", "What the diffusion samples with it", sample_blocks(view));
  add(page, "theorem-1", "Theorem 1: as good a denoiser, a sampler of nothing", collapse_blocks(view));
  add(page, "lipschitz", "Theorem 3: smooth drifts", lipschitz_blocks(view));
  add(page, "reduce", "Theorem 2: a sampler is a denoiser", reduction_blocks(view));
  add(page, "schedules", "Steps, schedules, and the deterministic flow", schedule_blocks(view));
  add(page, "cost", "Cost and quality together", cost_blocks(view));
  return page;
}

nlohmann::ordered_json to_json(const Page& page) {
  auto sections = nlohmann::ordered_json::array();
  for (const Section& section : page.sections) {
    auto blocks = nlohmann::ordered_json::array();
    for (const Block& block : section.blocks) {
      blocks.push_back(std::visit([](const auto& kind) { return block_json(kind); }, block));
    }
    sections.push_back({{"id", section.id}, {"heading", section.heading}, {"blocks", std::move(blocks)}});
  }
  return {
      {"title", page.title}, {"summary", page.summary}, {"notices", page.notices}, {"sections", std::move(sections)}};
}

}  // namespace driftbench
