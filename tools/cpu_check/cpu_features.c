#include "tools/cpu_check/cpu_features.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

#if defined(__x86_64__)
#include <cpuid.h>

enum Register { kEax, kEbx, kEcx, kEdx };
/* A feature is usable where the CPU has its instructions and the system saves its registers; a State says which
   registers these are. */
enum State { kAlways, kYmm, kZmm };

struct Feature {
  const char* name;
  unsigned leaf, subleaf;
  enum Register reg;
  unsigned bit;
  enum State state;
};

/* The leaves and bits are those of Intel, Software Developer's Manual, volume 2, CPUID, and AMD, Programmer's Manual,
   volume 3, appendix E. */
static const struct Feature kFeatures[] = {
    {"sse3", 1, 0, kEcx, 0, kAlways},
    {"ssse3", 1, 0, kEcx, 9, kAlways},
    {"fma", 1, 0, kEcx, 12, kYmm},
    {"cx16", 1, 0, kEcx, 13, kAlways},
    {"sse4_1", 1, 0, kEcx, 19, kAlways},
    {"sse4_2", 1, 0, kEcx, 20, kAlways},
    {"movbe", 1, 0, kEcx, 22, kAlways},
    {"popcnt", 1, 0, kEcx, 23, kAlways},
    {"avx", 1, 0, kEcx, 28, kYmm},
    {"f16c", 1, 0, kEcx, 29, kYmm},
    {"bmi1", 7, 0, kEbx, 3, kAlways},
    {"avx2", 7, 0, kEbx, 5, kYmm},
    {"bmi2", 7, 0, kEbx, 8, kAlways},
    {"avx512f", 7, 0, kEbx, 16, kZmm},
    {"avx512dq", 7, 0, kEbx, 17, kZmm},
    {"avx512ifma", 7, 0, kEbx, 21, kZmm},
    {"avx512er", 7, 0, kEbx, 27, kZmm},
    {"avx512cd", 7, 0, kEbx, 28, kZmm},
    {"avx512bw", 7, 0, kEbx, 30, kZmm},
    {"avx512vl", 7, 0, kEbx, 31, kZmm},
    {"avx512vbmi", 7, 0, kEcx, 1, kZmm},
    {"avx512_vbmi2", 7, 0, kEcx, 6, kZmm},
    {"gfni", 7, 0, kEcx, 8, kAlways},
    {"avx512_vnni", 7, 0, kEcx, 11, kZmm},
    {"avx512_bitalg", 7, 0, kEcx, 12, kZmm},
    {"avx512_vpopcntdq", 7, 0, kEcx, 14, kZmm},
    {"avx512_fp16", 7, 0, kEdx, 23, kZmm},
    {"avx_vnni", 7, 1, kEax, 4, kYmm},
    {"avx512_bf16", 7, 1, kEax, 5, kZmm},
    {"lahf_lm", 0x80000001, 0, kEcx, 0, kAlways},
    {"lzcnt", 0x80000001, 0, kEcx, 5, kAlways},
    {"xop", 0x80000001, 0, kEcx, 11, kYmm},
    {"fma4", 0x80000001, 0, kEcx, 16, kYmm},
    {"tbm", 0x80000001, 0, kEcx, 21, kAlways},
};

/* Returns bit `bit` of a register that CPUID returns; 0 where the CPU does not know the leaf. */
static int cpuid_bit(unsigned leaf, unsigned subleaf, enum Register reg, unsigned bit) {
  unsigned registers[4] = {0, 0, 0, 0};
  if (!__get_cpuid_count(leaf, subleaf, &registers[kEax], &registers[kEbx], &registers[kEcx], &registers[kEdx])) {
    return 0;
  }
  return (int)(registers[reg] >> bit & 1);
}

/* Returns whether the system saves these registers. XCR0 tells it in bits 1 and 2 for SSE and AVX, 5 to 7 for AVX-512.
 */
static int system_saves(enum State state) {
  if (state == kAlways) return 1;
  const unsigned osxsave = 27;
  if (!cpuid_bit(1, 0, kEcx, osxsave)) return 0;
  unsigned low = 0, high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  const unsigned wanted = state == kYmm ? 0x6 : 0xe6;
  return (low & wanted) == wanted;
}

static int has(const struct Feature* feature) {
  return cpuid_bit(feature->leaf, feature->subleaf, feature->reg, feature->bit) && system_saves(feature->state);
}

#elif defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>

struct Feature {
  const char* name;
  unsigned long type, bit;
};

static const struct Feature kFeatures[] = {
    {"crc32", AT_HWCAP, HWCAP_CRC32},     {"atomics", AT_HWCAP, HWCAP_ATOMICS},
    {"asimdhp", AT_HWCAP, HWCAP_ASIMDHP}, {"asimdrdm", AT_HWCAP, HWCAP_ASIMDRDM},
    {"jscvt", AT_HWCAP, HWCAP_JSCVT},     {"fcma", AT_HWCAP, HWCAP_FCMA},
    {"asimddp", AT_HWCAP, HWCAP_ASIMDDP}, {"asimdfhm", AT_HWCAP, HWCAP_ASIMDFHM},
    {"sve", AT_HWCAP, HWCAP_SVE},         {"sve2", AT_HWCAP2, HWCAP2_SVE2},
    {"i8mm", AT_HWCAP2, HWCAP2_I8MM},     {"bf16", AT_HWCAP2, HWCAP2_BF16},
};

static int has(const struct Feature* feature) { return (getauxval(feature->type) & feature->bit) != 0; }

#else

struct Feature {
  const char* name;
};

/* Builds for other architectures use what all of their CPUs have, so that nothing can be missing. */
static const struct Feature kFeatures[] = {{""}};

static int has(const struct Feature* feature) {
  (void)feature;
  return 1;
}

#endif

int driftbench_cpu_has(const char* feature, unsigned long length) {
  for (unsigned long i = 0; i < COUNT(kFeatures); ++i) {
    const char* name = kFeatures[i].name;
    if (strlen(name) == length && memcmp(name, feature, length) == 0) return has(&kFeatures[i]);
  }
  return 0;
}
