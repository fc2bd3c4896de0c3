# SPDX-License-Identifier: Apache-2.0
#
# What every target is compiled with, as one interface target: warnings, sanitizers, the facts the manifest records.

add_library(quintet_options INTERFACE)
target_compile_definitions(quintet_options INTERFACE _GNU_SOURCE)
target_compile_options(quintet_options INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wmissing-prototypes -Wstrict-prototypes -Wpointer-arith
  -Wundef -Wvla -fno-common
  # Frame pointers cost less than a percent and make perf and gdb work on coroutine stacks. Loops aligned alike keep
  # "which strategy is faster" from being "whose loop happened to start on a cache line".
  -fno-omit-frame-pointer -falign-functions=64
  # A coroutine's guard is one page: a frame larger than that must touch it on the way down, not jump it.
  -fstack-clash-protection)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  target_compile_options(quintet_options INTERFACE -falign-loops=32)
endif()
if(QUINTET_WERROR)
  target_compile_options(quintet_options INTERFACE -Werror)
endif()
if(QUINTET_SANITIZE)
  target_compile_options(quintet_options INTERFACE -fsanitize=${QUINTET_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(quintet_options INTERFACE -fsanitize=${QUINTET_SANITIZE})
endif()
if(QUINTET_COVERAGE)
  # Atomic: workers count at once, and forked carriers after their parent.
  target_compile_options(quintet_options INTERFACE --coverage -fprofile-update=atomic -O1)
  add_library(quintet_coverage STATIC ${CMAKE_CURRENT_LIST_DIR}/coverage_exit.c)
  target_link_options(quintet_options INTERFACE --coverage -Wl,--wrap=_exit -Wl,--undefined=__wrap__exit)
  target_link_libraries(quintet_options INTERFACE quintet_coverage)
endif()
