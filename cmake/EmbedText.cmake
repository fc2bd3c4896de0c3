# SPDX-License-Identifier: Apache-2.0
#
# Run at build time (cmake -P): writes a C file with the texts of ASSETS, a list of "symbol=path" separated by commas,
# as NUL-terminated arrays that HEADER declares. The same texts give the same bytes.
string(REPLACE "," ";" ASSETS "${ASSETS}")
set(code "/* Generated at build time by cmake/EmbedText.cmake. */\n#include \"${HEADER}\"\n")
foreach(asset IN LISTS ASSETS)
  string(REGEX MATCH "^([a-z_]+)=(.+)$" matched "${asset}")
  if(NOT matched)
    message(FATAL_ERROR "EmbedText: want symbol=path, got ${asset}")
  endif()
  set(symbol ${CMAKE_MATCH_1})
  file(READ ${CMAKE_MATCH_2} bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
  string(APPEND code "\nconst char ${symbol}[] = {${bytes}0};\n")
endforeach()
file(WRITE ${OUTPUT} "${code}")
