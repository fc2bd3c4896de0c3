# SPDX-License-Identifier: Apache-2.0
#
# A room is a folder with a static library. It sees the rooms it names in NEEDS and no others: the include root of each
# room is a directory of symbolic links made here, one per allowed room, so that an #include across a forbidden arrow
# does not compile. See DESIGN "arrows"; tests/arch checks the same on the archives.

function(quintet_room name)
  cmake_parse_arguments(ROOM "" "DIR" "SOURCES;NEEDS;LINK" ${ARGN})
  add_library(quintet_${name} STATIC ${ROOM_SOURCES})
  add_library(quintet::${name} ALIAS quintet_${name})

  # The only include root: links to the room itself and to the rooms it may see.
  set(view ${CMAKE_BINARY_DIR}/view/${name})
  file(MAKE_DIRECTORY ${view})
  file(CREATE_LINK ${ROOM_DIR} ${view}/${name} SYMBOLIC)
  foreach(need IN LISTS ROOM_NEEDS)
    get_target_property(need_dir quintet_${need} QUINTET_ROOM_DIR)
    file(CREATE_LINK ${need_dir} ${view}/${need} SYMBOLIC)
    target_link_libraries(quintet_${name} PRIVATE quintet_${need})
  endforeach()
  set_target_properties(quintet_${name} PROPERTIES QUINTET_ROOM_DIR ${ROOM_DIR})
  target_include_directories(quintet_${name} PRIVATE ${view})
  target_link_libraries(quintet_${name} PRIVATE quintet_options ${ROOM_LINK})
endfunction()

# Read a registry.def (lines "KIND(name)") and give the list of names. Editing the file re-runs CMake.
function(quintet_registry file kind out)
  set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(STRINGS ${file} lines REGEX "^${kind}\\(")
  set(names)
  foreach(line IN LISTS lines)
    string(REGEX REPLACE "^${kind}\\(([a-z0-9_]+)\\).*$" "\\1" name "${line}")
    list(APPEND names ${name})
  endforeach()
  if(NOT names)
    message(FATAL_ERROR "${file}: no ${kind}(name) line")
  endif()
  set(${out} ${names} PARENT_SCOPE)
endfunction()
