// The C interface: it checks the arguments, and passes them on where they are right.
#include "c/driftbench.h"

#include <cmath>
#include <cstring>
#include <new>

#include "c/callback.h"
#include "c/model.h"
#include "kernels/assertions.h"
#include "kernels/philox.h"
#include "kernels/plain_arrays.h"
#include "runtime/latency_histogram.h"

using driftbench::all_finite;
using driftbench::CallbackSettings;
using driftbench::DrawnForm;
using driftbench::Form;
using driftbench::full_count;
using driftbench::is_aligned;
using driftbench::LatencyHistogram;
using driftbench::MessagePassingWeights;
using driftbench::Model;
using driftbench::packed_count;
using driftbench::SizeModels;
using driftbench::Status;

static_assert(sizeof(MessagePassingWeights) == DRIFTBENCH_WEIGHTS * sizeof(float));
static_assert(sizeof(LatencyHistogram) == DRIFTBENCH_LATENCY_BYTES);
static_assert(alignof(LatencyHistogram) <= DRIFTBENCH_LATENCY_ALIGNMENT);
static_assert(static_cast<int>(Status::kNotConverged) == DRIFTBENCH_NOT_CONVERGED &&
              static_cast<int>(Status::kDiverged) == DRIFTBENCH_DIVERGED &&
              static_cast<int>(Status::kNotFinite) == DRIFTBENCH_NOT_FINITE);

/// The header of a workspace, which the stored sampler follows.
struct driftbench_sampler {  // NOLINT(readability-identifier-naming)
  /// kMark and the sampler's own address, by which an initialized sampler is known.
  std::uint64_t mark;
  const driftbench_sampler* self;

  const Model* model;
  int n;
  float density;
  bool has_density;
  bool has_weights;
  bool has_callback;
  LatencyHistogram* latencies;
  driftbench_clock clock;
  void* clock_context;
};

namespace {

constexpr std::uint64_t kMark = 0x6472696674626e63;  // "driftbnc"
/// The alignment that the widest vectors of any architecture want, so that it is the same for all.
constexpr std::size_t kAlignment = 64;
constexpr std::size_t kHeaderBytes = (sizeof(driftbench_sampler) + kAlignment - 1) / kAlignment * kAlignment;

driftbench_status from(Status status) { return static_cast<driftbench_status>(status); }

void* stored_of(driftbench_sampler* sampler) { return reinterpret_cast<unsigned char*>(sampler) + kHeaderBytes; }
const void* stored_of(const driftbench_sampler* sampler) {
  return reinterpret_cast<const unsigned char*>(sampler) + kHeaderBytes;
}

/// Returns DRIFTBENCH_OK for a sampler that driftbench_init() made at this address, and else why it is none.
driftbench_status check(const driftbench_sampler* sampler) {
  if (sampler == nullptr) return DRIFTBENCH_NULL_POINTER;
  if (!is_aligned(sampler, kAlignment)) return DRIFTBENCH_MISALIGNED;
  return sampler->mark == kMark && sampler->self == sampler ? DRIFTBENCH_OK : DRIFTBENCH_NOT_INITIALIZED;
}

/// Checks an array that holds, or is to hold, a matrix, and finds its form by its count.
driftbench_status check_matrix(const driftbench_sampler* sampler, const float* matrix, std::size_t count, Form& form) {
  if (matrix == nullptr) return DRIFTBENCH_NULL_POINTER;
  if (count != full_count(sampler->n) && count != packed_count(sampler->n)) return DRIFTBENCH_WRONG_COUNT;
  form = count == full_count(sampler->n) ? Form::kFull : Form::kPacked;
  return DRIFTBENCH_OK;
}

/// Checks the name and the time of an observation.
driftbench_status check_observation(std::uint64_t chain, float t) {
  if (chain >= driftbench::kRandomAddresses) return DRIFTBENCH_WRONG_CHAIN;
  return t > 0 && std::isfinite(t) ? DRIFTBENCH_OK : DRIFTBENCH_WRONG_TIME;
}

/// Checks the time to which a step leads.
driftbench_status check_next_time(const driftbench_sampler* sampler, float t_next) {
  if (!(t_next > sampler->model->time(stored_of(sampler))) || !std::isfinite(t_next)) return DRIFTBENCH_WRONG_TIME;
  return DRIFTBENCH_OK;
}

/// Checks that the drift has what it needs of the caller.
driftbench_status check_drift(const driftbench_sampler* sampler) {
  if (sampler->model->weights != nullptr && !sampler->has_weights) return DRIFTBENCH_NO_WEIGHTS;
  return sampler->model->set_callback != nullptr && !sampler->has_callback ? DRIFTBENCH_NO_CALLBACK : DRIFTBENCH_OK;
}

const Model* find(std::span<const Model> models, const char* drift) {
  for (const Model& model : models) {
    if (std::strcmp(model.drift, drift) == 0) return &model;
  }
  return nullptr;
}

/// Returns whether one of the first `count` sizes has a drift of that name.
bool is_drift(const char* drift, std::size_t count) {
  for (const auto size : driftbench::compiled_sizes().first(count)) {
    if (find(size().models, drift) != nullptr) return true;
  }
  return false;
}

/// What a caller names to get a sampler.
struct Named {
  const char* target;
  int n, k;
  const char* drift;
};

/// Finds the size of that name, and the drift's Model at it.
driftbench_status find_model(const Named& named, SizeModels& size, const Model*& model) {
  if (named.target == nullptr || named.drift == nullptr) return DRIFTBENCH_NULL_POINTER;
  if (!is_drift(named.drift, driftbench::compiled_sizes().size())) return DRIFTBENCH_UNKNOWN_DRIFT;
  for (const auto compiled : driftbench::compiled_sizes()) {
    size = compiled();
    if (std::strcmp(size.target, named.target) != 0 || size.n != named.n || size.k != named.k) continue;
    model = find(size.models, named.drift);
    if (model == nullptr) return DRIFTBENCH_DOES_NOT_SERVE;
    return model->bytes == 0 ? DRIFTBENCH_DRIFT_TOO_COSTLY : DRIFTBENCH_OK;
  }
  return DRIFTBENCH_UNKNOWN_SIZE;
}

/// Calls f(the stored sampler), and records how long it took where the caller asked for that.
template <class F>
driftbench_status timed(driftbench_sampler* sampler, F f) {
  if (sampler->latencies == nullptr) return from(f(stored_of(sampler)));
  const std::uint64_t start = sampler->clock(sampler->clock_context);
  const Status status = f(stored_of(sampler));
  const std::uint64_t end = sampler->clock(sampler->clock_context);
  sampler->latencies->record(end - start, sampler->latencies->count());
  return from(status);
}

}  // namespace

const char* driftbench_status_text(int status) {
  switch (status) {
    case DRIFTBENCH_OK:
      return "ok";
    case DRIFTBENCH_NOT_CONVERGED:
    case DRIFTBENCH_DIVERGED:
    case DRIFTBENCH_NOT_FINITE:
      return to_string(static_cast<Status>(status));
    case DRIFTBENCH_NULL_POINTER:
      return "a pointer is NULL";
    case DRIFTBENCH_UNKNOWN_DRIFT:
      return "there is no drift of that name; driftbench_drift() lists them";
    case DRIFTBENCH_UNKNOWN_SIZE:
      return "the library was not compiled for this target, n and k; driftbench_size() lists those it has";
    case DRIFTBENCH_DRIFT_TOO_COSTLY:
      return "the drift would take too many sign patterns at this n and k; give a smaller size";
    case DRIFTBENCH_TOO_SMALL:
      return "the memory is too small; driftbench_workspace() and DRIFTBENCH_LATENCY_BYTES say what is needed";
    case DRIFTBENCH_MISALIGNED:
      return "the address is not a multiple of the alignment; driftbench_workspace() and DRIFTBENCH_LATENCY_ALIGNMENT "
             "say what is needed";
    case DRIFTBENCH_NOT_INITIALIZED:
      return "this is no sampler, or was moved or overwritten; call driftbench_init()";
    case DRIFTBENCH_WRONG_COUNT:
      return "the array's count is not what is asked for: n * n or n (n + 1) / 2 for a matrix, n for a factor, "
             "DRIFTBENCH_WEIGHTS";
    case DRIFTBENCH_WRONG_TIME:
      return "the time is not finite, not positive, or not later than the sampler's";
    case DRIFTBENCH_WRONG_OBSERVATION:
      return "there is NaN or infinity in the observation";
    case DRIFTBENCH_WRONG_PROBABILITY:
      return "the probability is not within [0, 1], or that of a percentile not within (0, 1]";
    case DRIFTBENCH_WRONG_WEIGHTS:
      return "there is NaN or infinity among the weights";
    case DRIFTBENCH_NO_WEIGHTS:
      return "the drift needs weights; call driftbench_load_weights()";
    case DRIFTBENCH_TAKES_NO_WEIGHTS:
      return "the drift has no use for weights; only \"gnn\" has";
    case DRIFTBENCH_NOT_RANK_ONE:
      return "the drift's estimates have full rank; call driftbench_estimate()";
    case DRIFTBENCH_NO_LATENCIES:
      return "no latencies were recorded; call driftbench_record_latency() before the steps";
    case DRIFTBENCH_WRONG_CHAIN:
      return "the chain's number is 2^40 or more; number chains from 0, and take another seed for more";
    case DRIFTBENCH_WRONG_ESTIMATE:
      return "there is NaN or infinity in the estimate";
    case DRIFTBENCH_NO_CALLBACK:
      return "the drift \"callback\" has no function yet; call driftbench_set_callback()";
    case DRIFTBENCH_TAKES_NO_CALLBACK:
      return "the drift calls no function of yours; only \"callback\" does";
    case DRIFTBENCH_DOES_NOT_SERVE:
      return "the drift does not serve this target";
    case DRIFTBENCH_HAS_NO_DENSITY:
      return "the target has no density";
    default:
      return "no driftbench_status";
  }
}

const char* driftbench_drift(size_t index) {
  const auto sizes = driftbench::compiled_sizes();
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    for (const Model& model : sizes[i]().models) {
      if (!is_drift(model.drift, i) && index-- == 0) return model.drift;
    }
  }
  return nullptr;
}

driftbench_status driftbench_size(size_t index, const char** target, int* n, int* k) {
  if (target == nullptr || n == nullptr || k == nullptr) return DRIFTBENCH_NULL_POINTER;
  const auto sizes = driftbench::compiled_sizes();
  if (index >= sizes.size()) return DRIFTBENCH_UNKNOWN_SIZE;
  const SizeModels size = sizes[index]();
  *target = size.target;
  *n = size.n;
  *k = size.k;
  return DRIFTBENCH_OK;
}

driftbench_status driftbench_workspace(const char* target, int n, int k, const char* drift, size_t* bytes,
                                       size_t* alignment) {
  if (bytes == nullptr || alignment == nullptr) return DRIFTBENCH_NULL_POINTER;
  SizeModels size{};
  const Model* model = nullptr;
  if (const auto status = find_model({target, n, k, drift}, size, model); status != DRIFTBENCH_OK) return status;
  *bytes = kHeaderBytes + model->bytes;
  *alignment = kAlignment;
  return DRIFTBENCH_OK;
}

driftbench_status driftbench_init(void* workspace, size_t bytes, const char* target, int n, int k, const char* drift,
                                  driftbench_sampler** sampler) {
  if (workspace == nullptr || sampler == nullptr) return DRIFTBENCH_NULL_POINTER;
  SizeModels size{};
  const Model* model = nullptr;
  if (const auto status = find_model({target, n, k, drift}, size, model); status != DRIFTBENCH_OK) return status;
  if (!is_aligned(workspace, kAlignment)) return DRIFTBENCH_MISALIGNED;
  if (bytes < kHeaderBytes + model->bytes) return DRIFTBENCH_TOO_SMALL;
  auto* made = new (workspace) driftbench_sampler{};
  made->mark = kMark;
  made->self = made;
  made->model = model;
  made->n = n;
  made->density = 1.0f;
  made->has_density = size.has_density;
  model->make(stored_of(made));
  *sampler = made;
  return DRIFTBENCH_OK;
}

driftbench_status driftbench_load_weights(driftbench_sampler* sampler, const float* weights, size_t count) {
  if (const auto status = check(sampler); status != DRIFTBENCH_OK) return status;
  if (weights == nullptr) return DRIFTBENCH_NULL_POINTER;
  if (sampler->model->weights == nullptr) return DRIFTBENCH_TAKES_NO_WEIGHTS;
  if (count != DRIFTBENCH_WEIGHTS) return DRIFTBENCH_WRONG_COUNT;
  if (!all_finite(weights, count)) return DRIFTBENCH_WRONG_WEIGHTS;
  std::memcpy(sampler->model->weights(stored_of(sampler)), weights, sizeof(MessagePassingWeights));
  sampler->has_weights = true;
  return DRIFTBENCH_OK;
}

driftbench_status driftbench_set_target_w(driftbench_sampler* sampler, float w) {
  if (const auto status = check(sampler); status != DRIFTBENCH_OK) return status;
  if (!(w >= 0 && w <= 1)) return DRIFTBENCH_WRONG_PROBABILITY;
  if (sampler->model->set_target_w != nullptr) sampler->model->set_target_w(stored_of(sampler), w);
  return DRIFTBENCH_OK;
}

driftbench_status driftbench_set_density(driftbench_sampler* sampler, float density) {
  if (const auto status = check(sampler); status != DRIFTBENCH_OK) return status;
  if (!sampler->has_density) return DRIFTBENCH_HAS_NO_DENSITY;
  if (!(density > 0 && density <= 1)) return DRIFTBENCH_WRONG_PROBABILITY;
  sampler->density = density;
  if (sampler->model->set_density != nullptr) sampler->model->set_density(stored_of(sampler), density);
  return DRIFTBENCH_OK;
}

driftbench_status driftbench_start(driftbench_sampler* sampler, uint64_t seed, uint64_t chain) {
  if (const auto status = check(sampler); status != DRIFTBENCH_OK) return status;
  if (chain >= driftbench::kRandomAddresses) return DRIFTBENCH_WRONG_CHAIN;
  sampler->model->start(stored_of(sampler), seed, chain);
  return DRIFTBENCH_OK;
}

driftbench_status driftbench_set_callback(driftbench_sampler* sampler, driftbench_callback callback, void* context,
                                          float* y, float* estimate, size_t count) {
  if (const auto status = check(sampler); status != DRIFTBENCH_OK) return status;
  if (callback == nullptr || y == nullptr) return DRIFTBENCH_NULL_POINTER;
  if (sampler->model->set_callback == nullptr) return DRIFTBENCH_TAKES_NO_CALLBACK;
  CallbackSettings settings{callback, context, y, estimate, Form::kFull};
  if (const auto status = check_matrix(sampler, estimate, count, settings.form); status != DRIFTBENCH_OK) return status;
  sampler->model->set_callback(stored_of(sampler), settings);
  sampler->has_callback = true;
  return DRIFTBENCH_OK;
}

driftbench_status driftbench_observe(driftbench_sampler* sampler, uint64_t seed, uint64_t chain, float t,
                                     const float* y, size_t count) {
  Form form{};
  if (const auto status = check(sampler); status != DRIFTBENCH_OK) return status;
  if (const auto status = check_matrix(sampler, y, count, form); status != DRIFTBENCH_OK) return status;
  if (const auto status = check_observation(chain, t); status != DRIFTBENCH_OK) return status;
  if (!all_finite(y, count)) return DRIFTBENCH_WRONG_OBSERVATION;
  sampler->model->observe(stored_of(sampler), seed, chain, t, y, form);
  return DRIFTBENCH_OK;
}

driftbench_status driftbench_observe_symmetric(driftbench_sampler* sampler, uint64_t seed, uint64_t chain, float t,
                                               const float* y, size_t count) {
  if (const auto status = check(sampler); status != DRIFTBENCH_OK) return status;
  if (y == nullptr) return DRIFTBENCH_NULL_POINTER;
  if (count != full_count(sampler->n)) return DRIFTBENCH_WRONG_COUNT;
  if (const auto status = check_observation(chain, t); status != DRIFTBENCH_OK) return status;
  const auto n = static_cast<std::size_t>(sampler->n);
  for (std::size_t row = 0; row < n; ++row) {
    if (!all_finite(y + row * n, row + 1)) return DRIFTBENCH_WRONG_OBSERVATION;
  }
  sampler->model->observe(stored_of(sampler), seed, chain, t, y, Form::kLower);
  return DRIFTBENCH_OK;
}

driftbench_status driftbench_draw(driftbench_sampler* sampler, uint64_t seed, uint64_t chain, float t, float w,
                                  float* x, size_t count) {
  if (const auto status = check(sampler); status != DRIFTBENCH_OK) return status;
  DrawnForm drawn = DrawnForm::kNone;
  if (x != nullptr && count == static_cast<std::size_t>(sampler->n)) {
    drawn = DrawnForm::kFactor;
  } else if (x != nullptr || count != 0) {
    Form form{};
    if (const auto status = check_matrix(sampler, x, count, form); status != DRIFTBENCH_OK) return status;
    drawn = form == Form::kFull ? DrawnForm::kFull : DrawnForm::kPacked;
  }
  if (const auto status = check_observation(chain, t); status != DRIFTBENCH_OK) return status;
  if (!(w >= 0 && w <= 1)) return DRIFTBENCH_WRONG_PROBABILITY;
  sampler->model->draw(stored_of(sampler), seed, chain, t, {w, sampler->density}, x, drawn);
  return DRIFTBENCH_OK;
}

driftbench_status driftbench_evaluate(driftbench_sampler* sampler) {
  if (const auto status = check(sampler); status != DRIFTBENCH_OK) return status;
  if (const auto status = check_drift(sampler); status != DRIFTBENCH_OK) return status;
  return timed(sampler, sampler->model->evaluate);
}

driftbench_status driftbench_step(driftbench_sampler* sampler, float t_next) {
  if (const auto status = check(sampler); status != DRIFTBENCH_OK) return status;
  if (const auto status = check_drift(sampler); status != DRIFTBENCH_OK) return status;
  if (const auto status = check_next_time(sampler, t_next); status != DRIFTBENCH_OK) return status;
  return timed(sampler, [=](void* stored) { return sampler->model->step(stored, t_next); });
}

driftbench_status driftbench_advance(driftbench_sampler* sampler, float t_next, const float* estimate, size_t count) {
  Form form{};
  if (const auto status = check(sampler); status != DRIFTBENCH_OK) return status;
  if (const auto status = check_matrix(sampler, estimate, count, form); status != DRIFTBENCH_OK) return status;
  if (const auto status = check_next_time(sampler, t_next); status != DRIFTBENCH_OK) return status;
  if (!all_finite(estimate, count)) return DRIFTBENCH_WRONG_ESTIMATE;
  sampler->model->advance(stored_of(sampler), t_next, estimate, form);
  return DRIFTBENCH_OK;
}

driftbench_status driftbench_advance_factor(driftbench_sampler* sampler, float t_next, const float* v, size_t count,
                                            float scale) {
  if (const auto status = check(sampler); status != DRIFTBENCH_OK) return status;
  if (v == nullptr) return DRIFTBENCH_NULL_POINTER;
  if (count != static_cast<std::size_t>(sampler->n)) return DRIFTBENCH_WRONG_COUNT;
  if (const auto status = check_next_time(sampler, t_next); status != DRIFTBENCH_OK) return status;
  if (!all_finite(v, count) || !std::isfinite(scale)) return DRIFTBENCH_WRONG_ESTIMATE;
  sampler->model->advance_factor(stored_of(sampler), t_next, v, scale);
  return DRIFTBENCH_OK;
}

driftbench_status driftbench_observation(const driftbench_sampler* sampler, float* y, size_t count) {
  Form form{};
  if (const auto status = check(sampler); status != DRIFTBENCH_OK) return status;
  if (const auto status = check_matrix(sampler, y, count, form); status != DRIFTBENCH_OK) return status;
  sampler->model->read_observation(stored_of(sampler), y, form);
  return DRIFTBENCH_OK;
}

driftbench_status driftbench_estimate(const driftbench_sampler* sampler, float* x, size_t count) {
  Form form{};
  if (const auto status = check(sampler); status != DRIFTBENCH_OK) return status;
  if (const auto status = check_matrix(sampler, x, count, form); status != DRIFTBENCH_OK) return status;
  sampler->model->read_estimate(stored_of(sampler), x, form);
  return DRIFTBENCH_OK;
}

driftbench_status driftbench_estimate_factor(const driftbench_sampler* sampler, float* v, size_t count, float* scale) {
  if (const auto status = check(sampler); status != DRIFTBENCH_OK) return status;
  if (v == nullptr || scale == nullptr) return DRIFTBENCH_NULL_POINTER;
  if (sampler->model->read_factor == nullptr) return DRIFTBENCH_NOT_RANK_ONE;
  if (count != static_cast<std::size_t>(sampler->n)) return DRIFTBENCH_WRONG_COUNT;
  *scale = sampler->model->read_factor(stored_of(sampler), v);
  return DRIFTBENCH_OK;
}

driftbench_status driftbench_record_latency(driftbench_sampler* sampler, void* record, size_t bytes,
                                            driftbench_clock clock, void* context) {
  if (const auto status = check(sampler); status != DRIFTBENCH_OK) return status;
  if (record == nullptr || clock == nullptr) return DRIFTBENCH_NULL_POINTER;
  if (!is_aligned(record, DRIFTBENCH_LATENCY_ALIGNMENT)) return DRIFTBENCH_MISALIGNED;
  if (bytes < DRIFTBENCH_LATENCY_BYTES) return DRIFTBENCH_TOO_SMALL;
  sampler->latencies = new (record) LatencyHistogram;
  sampler->clock = clock;
  sampler->clock_context = context;
  return DRIFTBENCH_OK;
}

driftbench_status driftbench_latency(const driftbench_sampler* sampler, double q, double* duration) {
  if (const auto status = check(sampler); status != DRIFTBENCH_OK) return status;
  if (duration == nullptr) return DRIFTBENCH_NULL_POINTER;
  if (!(q > 0 && q <= 1)) return DRIFTBENCH_WRONG_PROBABILITY;
  if (sampler->latencies == nullptr || sampler->latencies->count() == 0) return DRIFTBENCH_NO_LATENCIES;
  *duration = sampler->latencies->quantile(q);
  return DRIFTBENCH_OK;
}
