// Samplers of every drift as an embedded build compiles them; no_exceptions.cc holds their code.
#pragma once

#include <span>

#include "c/model.h"

namespace driftbench {

/// Returns a small size and a large one, each with every drift that is possible there and every wrapper.
std::span<const SizeModels> embedded_sizes();

}  // namespace driftbench
