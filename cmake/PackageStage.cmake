# SPDX-License-Identifier: Apache-2.0
#
# Run by CPack between staging and packing (CPACK_PRE_BUILD_SCRIPTS): makes of the installed tree what Debian's policy asks.

set(usr ${CPACK_TEMPORARY_INSTALL_DIRECTORY}${CPACK_PACKAGING_INSTALL_PREFIX})
set(doc ${usr}/share/doc/${CPACK_PACKAGE_NAME})

function(quintet_compress)
  execute_process(COMMAND gzip -9nf ${ARGV} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# A build that can be repeated has one date: that of the newest change of the source, unless it is given.
if(DEFINED ENV{SOURCE_DATE_EPOCH})
  set(epoch $ENV{SOURCE_DATE_EPOCH})
else()
  execute_process(COMMAND git -C ${CMAKE_CURRENT_LIST_DIR} log -1 --format=%ct
    OUTPUT_VARIABLE epoch OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(NOT epoch)
    string(TIMESTAMP epoch %s UTC)
  endif()
endif()
execute_process(COMMAND date -u -d @${epoch} +%Y OUTPUT_VARIABLE year
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND env LC_ALL=C date -u -R -d @${epoch} OUTPUT_VARIABLE date
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)

file(WRITE ${doc}/changelog "${CPACK_PACKAGE_NAME} (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium

  * Built from the source of this version; what changed in it stands in
    CHANGELOG.md.

 -- ${CPACK_PACKAGE_CONTACT}  ${date}
")
quintet_compress(${doc}/changelog ${usr}/share/man/man1/quintet.1)

file(WRITE ${doc}/copyright "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: ${CPACK_PACKAGE_NAME}
Upstream-Contact: ${CPACK_PACKAGE_CONTACT}

Files: *
Copyright: ${year} the contributors of Quintet
License: Apache-2.0
 Licensed under the Apache License, Version 2.0. On Debian systems its text is
 found in /usr/share/common-licenses/Apache-2.0.
")
file(REMOVE ${doc}/LICENSE)

file(MAKE_DIRECTORY ${usr}/share/zsh/vendor-completions)
file(RENAME ${usr}/share/zsh/site-functions/_quintet ${usr}/share/zsh/vendor-completions/_quintet)
file(REMOVE_RECURSE ${usr}/share/zsh/site-functions)
