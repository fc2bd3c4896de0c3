# SPDX-License-Identifier: Apache-2.0
#
# Run at every build (cmake -P): writes build_info.c, and only if something changed, so that the manifest tells which
# source the binary was made from. Without git the text says so; nothing fails.
set(git "unknown")
find_program(GIT git)
if(GIT)
  execute_process(COMMAND ${GIT} -C ${SOURCE_DIR} describe --always --abbrev=12
    OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE rc)
  # Dirty is what the binary could be made from. A report and its results are made by it.
  execute_process(COMMAND ${GIT} -C ${SOURCE_DIR} status --porcelain --untracked-files=no -- . :!REPORT.md :!results
    OUTPUT_VARIABLE changes ERROR_QUIET RESULT_VARIABLE status_rc)
  if(rc EQUAL 0)
    set(git ${described})
    if(status_rc EQUAL 0 AND changes)
      string(APPEND git "-dirty")
    endif()
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
