# driftbench::driftbench is the C interface, driftbench::kernels the C++ headers, which need xsimd.
get_filename_component(_driftbench_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

if(NOT TARGET driftbench::driftbench)
  add_library(driftbench::driftbench STATIC IMPORTED)
  set_target_properties(driftbench::driftbench PROPERTIES
    IMPORTED_LOCATION "${_driftbench_prefix}/lib/libdriftbench.a"
    INTERFACE_INCLUDE_DIRECTORIES "${_driftbench_prefix}/include/driftbench"
    INTERFACE_LINK_LIBRARIES m)

  add_library(driftbench::kernels INTERFACE IMPORTED)
  set_target_properties(driftbench::kernels PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${_driftbench_prefix}/include/driftbench"
    INTERFACE_COMPILE_FEATURES cxx_std_20)
endif()

unset(_driftbench_prefix)
