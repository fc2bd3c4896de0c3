# SPDX-License-Identifier: Apache-2.0
#
# quintet_test(): one test binary, registered with CTest. Criterion runs its tests, or where that is not packaged our
# own front-end (tests/shim), by QUINTET_TEST_FRONTEND: the same sources, the same promises. Criterion 2.4.1's traps
# are fenced. What is fenced at run time stands in tests/quintet_criterion.h; what the build contributes:
#
#  - tests are linked as objects and never garbage-collected: from an archive or through --gc-sections the linker
#    drops them all, and a run of nothing is a success to Criterion;
#  - the number of tests that must run is counted in the sources, so nobody can forget to raise it;
#  - not position-independent: parameters that point to constants survive the trip into the worker process;
#  - an outer `timeout -k`, because the runner itself may hang and ignores SIGTERM while a worker does;
#  - a sanitizer's report fails the test: a leak in a worker alone leaves the exit status 0.
#
#   quintet_test(hist SOURCES unit/hist_test.c LINK quintet::measure)
#
#   SOURCES   files with the tests (and helpers); relative to the current directory
#   LINK      libraries: rooms (quintet::measure) and others
#   LABELS    for ctest -L; default: unit
#   TIMEOUT   seconds for one test that sets no .timeout itself; default 10 (x4 under sanitizers)
#   LIMIT     seconds for the whole binary; default 120 (x4 under sanitizers)
#   MIN_TESTS more tests than counted must run: only for sources that are generated during the build
#   DEFINES   compile definitions          ENVIRONMENT  NAME=value for the run
#   SERIAL    no other test beside it (what it asserts depends on time)
#   FRONTEND  criterion or shim, where that is not left to QUINTET_TEST_FRONTEND
#
# The include roots of a test are those of every room and the top of the tree ("measure/hist.h", "strategies/...",
# "workloads/..."): tests may look everywhere.

set(QUINTET_TEST_ROOT ${CMAKE_CURRENT_LIST_DIR}/../tests)
set(QUINTET_TOP ${CMAKE_CURRENT_LIST_DIR}/..)

set(QUINTET_TEST_FRONTEND auto CACHE STRING "Test front-end: criterion, shim (tests/shim), auto: what is installed")
set_property(CACHE QUINTET_TEST_FRONTEND PROPERTY STRINGS auto criterion shim)
set(QUINTET_TEST_LABELS "" CACHE STRING "Build only tests with one of these labels, a,b,c (for ctest -L); empty: all")
set(QUINTET_FRONTEND shim)
if(NOT QUINTET_TEST_FRONTEND STREQUAL "shim")
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(CRITERION IMPORTED_TARGET criterion>=2.4)
  if(CRITERION_FOUND)
    set(QUINTET_FRONTEND criterion)
  elseif(QUINTET_TEST_FRONTEND STREQUAL "criterion")
    message(FATAL_ERROR "QUINTET_TEST_FRONTEND=criterion, and pkg-config does not find Criterion 2.4 or later.\n"
      "Install the package libcriterion-dev (Debian, Ubuntu) or criterion (Arch), or let our own front-end run the tests.")
  endif()
endif()
message(STATUS "Tests: front-end ${QUINTET_FRONTEND}")
find_program(QUINTET_TIMEOUT timeout)
if(NOT QUINTET_TIMEOUT)
  message(FATAL_ERROR "The tests need the command `timeout`: install the package coreutils, or -DQUINTET_TESTS=OFF.")
endif()

# Count the tests written down in the sources; look again when one of them changes.
function(quintet_count_tests out)
  set(count 0)
  foreach(source IN LISTS ARGN)
    if(NOT EXISTS ${source})
      continue() # generated during the build; MIN_TESTS speaks for it
    endif()
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
    file(STRINGS ${source} found REGEX "^(Test|ParameterizedTest|Theory)\\(")
    list(LENGTH found here)
    math(EXPR count "${count} + ${here}")
    # cr_assert(WIFEXITED(s) && ...) no longer compiles once that header has been seen.
    file(STRINGS ${source} forbidden REGEX "include.*criterion/new/")
    if(forbidden)
      message(FATAL_ERROR "${source}: criterion/new/ breaks assertions with &&; include \"quintet_criterion.h\" only")
    endif()
  endforeach()
  set(${out} ${count} PARENT_SCOPE)
endfunction()

function(quintet_test name)
  cmake_parse_arguments(T "SERIAL" "FRONTEND;TIMEOUT;LIMIT;MIN_TESTS" "SOURCES;LINK;LABELS;DEFINES;ENVIRONMENT" ${ARGN})
  if(T_UNPARSED_ARGUMENTS OR NOT T_SOURCES)
    message(FATAL_ERROR "quintet_test(${name}): SOURCES missing or unknown words: ${T_UNPARSED_ARGUMENTS}")
  endif()
  foreach(default "TIMEOUT 10" "LIMIT 120" "MIN_TESTS 0" "LABELS unit"
      "FRONTEND ${QUINTET_FRONTEND}")
    separate_arguments(default)
    list(POP_FRONT default key)
    if(NOT T_${key})
      set(T_${key} ${default})
    endif()
  endforeach()
  if(QUINTET_SANITIZE)
    math(EXPR T_TIMEOUT "4 * ${T_TIMEOUT}")
    math(EXPR T_LIMIT "4 * ${T_LIMIT}")
  endif()

  set(sources)
  foreach(source IN LISTS T_SOURCES)
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
    list(APPEND sources ${source})
  endforeach()
  quintet_count_tests(counted ${sources})
  math(EXPR min_tests "${counted} + ${T_MIN_TESTS}")
  if(min_tests EQUAL 0)
    message(FATAL_ERROR "quintet_test(${name}): no Test( at the start of a line in ${T_SOURCES}")
  endif()

  set(target test_${name})
  add_executable(${target} ${sources} ${QUINTET_TEST_ROOT}/quintet_outcome.c)
  if(T_FRONTEND STREQUAL "shim")
    target_sources(${target} PRIVATE ${QUINTET_TEST_ROOT}/shim/shim.c)
    target_compile_definitions(${target} PRIVATE QUINTET_TEST_SHIM)
  else()
    target_sources(${target} PRIVATE ${QUINTET_TEST_ROOT}/quintet_criterion.c)
    target_link_libraries(${target} PRIVATE PkgConfig::CRITERION)
  endif()
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_include_directories(${target} PRIVATE ${QUINTET_TEST_ROOT} ${QUINTET_TOP}/harness ${QUINTET_TOP})
  target_compile_definitions(${target} PRIVATE ${T_DEFINES}
    QUINTET_MIN_TESTS=${min_tests} QUINTET_TEST_TIMEOUT_S=${T_TIMEOUT})
  # Test(a, b) defines a function without declaring it in a header, by design.
  target_compile_options(${target} PRIVATE -Wno-missing-prototypes)
  target_link_options(${target} PRIVATE -Wl,--no-gc-sections -no-pie)
  target_link_libraries(${target} PRIVATE quintet_options ${T_LINK})

  math(EXPR backstop "${T_LIMIT} + 30")
  add_test(NAME ${name} COMMAND ${QUINTET_TIMEOUT} -k 5 ${T_LIMIT} $<TARGET_FILE:${target}> --jobs 2)
  set_tests_properties(${name} PROPERTIES
    LABELS "${T_LABELS}"
    TIMEOUT ${backstop}
    SKIP_RETURN_CODE 77
    ENVIRONMENT "${T_ENVIRONMENT}"
    FAIL_REGULAR_EXPRESSION
      "Tested: 0 ;TESTS MISSING;ERROR: (Address|Leak|Undefined)[A-Za-z]*Sanitizer;: runtime error: ")
  if(T_SERIAL)
    set_tests_properties(${name} PROPERTIES RUN_SERIAL TRUE)
  endif()
endfunction()

# Where only some labels are wanted (QUINTET_TEST_LABELS): leave the tests of this directory that have none of them out of
# `all`. After the last label has been given.
function(quintet_leave_out_other_labels)
  string(REPLACE "," ";" wanted "${QUINTET_TEST_LABELS}")
  get_property(targets DIRECTORY PROPERTY BUILDSYSTEM_TARGETS)
  list(FILTER targets INCLUDE REGEX "^test_")
  foreach(target IN LISTS targets)
    string(REGEX REPLACE "^test_" "" name ${target})
    get_property(labels TEST ${name} PROPERTY LABELS)
    set(others ${labels})
    list(REMOVE_ITEM others ${wanted})
    if(wanted AND others STREQUAL labels)
      set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL TRUE)
    endif()
  endforeach()
endfunction()

# A run of `target`, made with `frontend`, that must end with `code`: shows that a fence holds. ARGS: arguments;
# ENVIRONMENT: variables.
function(quintet_fence name frontend target code)
  cmake_parse_arguments(F "" "" "ARGS;ENVIRONMENT" ${ARGN})
  list(JOIN F_ARGS " " args)
  set(test fence.${frontend}.${name})
  add_test(NAME ${test} COMMAND sh -c
    "'${QUINTET_TIMEOUT}' -k 5 60 '$<TARGET_FILE:${target}>' ${args}; rc=$?; echo exit status $rc; test $rc = ${code}")
  set_tests_properties(${test} PROPERTIES LABELS fence TIMEOUT 90 ENVIRONMENT "${F_ENVIRONMENT}")
endfunction()
