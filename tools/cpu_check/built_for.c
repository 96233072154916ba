#include "tools/cpu_check/built_for.h"

/* The compiler defines a macro for each feature that the build's flags let it use. Listed are the features that it may
   use unasked, in loops and in copies. Those that a program has to ask for by name, such as the instructions for
   encryption, are left out: no source here does so. */
const char kDriftbenchBuiltFor[] =
    ""
#if defined(__x86_64__)
#if defined(__SSE3__)
    " sse3"
#endif
#if defined(__SSSE3__)
    " ssse3"
#endif
#if defined(__SSE4_1__)
    " sse4_1"
#endif
#if defined(__SSE4_2__)
    " sse4_2"
#endif
#if defined(__POPCNT__)
    " popcnt"
#endif
#if defined(__LZCNT__)
    " lzcnt"
#endif
#if defined(__BMI__)
    " bmi1"
#endif
#if defined(__BMI2__)
    " bmi2"
#endif
#if defined(__TBM__)
    " tbm"
#endif
#if defined(__MOVBE__)
    " movbe"
#endif
#if defined(__AVX__)
    " avx"
#endif
#if defined(__F16C__)
    " f16c"
#endif
#if defined(__FMA__)
    " fma"
#endif
#if defined(__FMA4__)
    " fma4"
#endif
#if defined(__XOP__)
    " xop"
#endif
#if defined(__AVX2__)
    " avx2"
#endif
#if defined(__AVX512F__)
    " avx512f"
#endif
#if defined(__AVX512CD__)
    " avx512cd"
#endif
#if defined(__AVX512VL__)
    " avx512vl"
#endif
#if defined(__AVX512BW__)
    " avx512bw"
#endif
#if defined(__AVX512DQ__)
    " avx512dq"
#endif
#if defined(__AVX512IFMA__)
    " avx512ifma"
#endif
#if defined(__AVX512VBMI__)
    " avx512vbmi"
#endif
#if defined(__AVX512VBMI2__)
    " avx512_vbmi2"
#endif
#if defined(__AVX512VNNI__)
    " avx512_vnni"
#endif
#if defined(__AVX512BITALG__)
    " avx512_bitalg"
#endif
#if defined(__AVX512VPOPCNTDQ__)
    " avx512_vpopcntdq"
#endif
#elif defined(__aarch64__)
#if defined(__ARM_FEATURE_ATOMICS)
    " atomics"
#endif
#if defined(__ARM_FEATURE_FP16_VECTOR_ARITHMETIC)
    " asimdhp"
#endif
#if defined(__ARM_FEATURE_QRDMX)
    " asimdrdm"
#endif
#if defined(__ARM_FEATURE_COMPLEX)
    " fcma"
#endif
#if defined(__ARM_FEATURE_DOTPROD)
    " asimddp"
#endif
#if defined(__ARM_FEATURE_SVE)
    " sve"
#endif
#if defined(__ARM_FEATURE_SVE2)
    " sve2"
#endif
#endif
    ;
