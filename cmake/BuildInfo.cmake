# SPDX-License-Identifier: Apache-2.0
#
# Run at every build (cmake -P): writes build_info.c, and only if something changed, so that the manifest tells which
# source the binary was made from. Without git the text says so; nothing fails.
set(git "unknown")
find_program(GIT git)
if(GIT)
  execute_process(COMMAND ${GIT} -C ${SOURCE_DIR} describe --always --dirty --abbrev=12
    OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE rc)
  if(rc EQUAL 0)
    set(git ${described})
  endif()
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT [[
/* Generated at build time by cmake/BuildInfo.cmake. */
#include "record/manifest.h"

const struct build_info build_info = {
    .version = "@VERSION@",
    .git = "@git@",
    .compiler = "@COMPILER@",
    .flags = "@FLAGS@",
    .type = "@TYPE@",
    .sanitizers = "@SANITIZERS@",
};
]] @ONLY)
