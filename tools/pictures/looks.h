// Colours, shapes and dashes of pictures.
#pragma once

#include <array>
#include <cstddef>

namespace driftbench {

/// The colours of Okabe and Ito, which colour-blind readers can tell apart too. Yellow is left out, as it hardly shows
/// on white paper, and a grey is added.
inline constexpr std::array<const char*, 8> kColours = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                                        "#E69F00", "#56B4E9", "#000000", "#777777"};
/// gnuplot's numbers for a disc, square, diamond, triangles up and down, a pentagon, and then hollow shapes. Nine has
/// no factor in common with the number of colours, so that pairs of colour and shape repeat late.
inline constexpr std::array<int, 9> kShapes = {7, 5, 13, 9, 11, 15, 6, 4, 8};
inline constexpr std::array<const char*, 4> kDashes = {"1", "(14,4)", "(14,3,3,3)", "(7,3)"};
inline constexpr char kDots[] = "(2,3)";
inline constexpr char kTextColour[] = "#222222";
inline constexpr char kQuietColour[] = "#555555";
inline constexpr char kGridColour[] = "#dddddd";
/// The colour must differ from that of the axes: of lines with the same colour and width that follow each other gnuplot
/// draws all with the dashes of the first.
inline constexpr char kMarkerColour[] = "#666666";

inline const char* colour(std::size_t look) { return kColours[look % kColours.size()]; }
inline int shape(std::size_t look) { return kShapes[look % kShapes.size()]; }
inline const char* dashes(std::size_t look) { return kDashes[look % kDashes.size()]; }

}  // namespace driftbench
