# SPDX-License-Identifier: Apache-2.0
#
# `make deb`: the installed tree as a Debian package. What Debian wants otherwise (compressed pages, a copyright file, a
# changelog, zsh's directory) is done to the staged tree by PackageStage.cmake.

set(QUINTET_MAINTAINER "Quintet maintainers <maintainers@quintet.example>" CACHE STRING "Who answers for the package")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME quintet)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT ${QUINTET_MAINTAINER})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_SOURCE_DIR}/cmake/PackageStage.cmake)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "gnuplot-nox | gnuplot")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "benchmark of concurrency strategies: the same work, five ways")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "Runs the same I/O, CPU and mixed workloads serially, with raw threads, with a
thread pool, with forked processes and with coroutines on io_uring, checks
that every strategy did the same work, and records latency, throughput and
what every context switch costs.

Results are stored as a journal of trials. The report made from it compares
strategies inside the same blocks of trials, gives exact intervals, and says
where nothing can be concluded. Plots are drawn with gnuplot.")
include(CPack)
