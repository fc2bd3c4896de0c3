# SPDX-License-Identifier: Apache-2.0
#
# What `make install` and the package put where. The manual page and the completions are printed by the program itself,
# from its option table. The documents keep the tree's shape below share/doc/quintet, so that their links hold; the
# reference run lies in share/quintet, because images of containers leave share/doc out.

set(pages ${CMAKE_BINARY_DIR}/share)
file(MAKE_DIRECTORY ${pages})

function(quintet_page file option)
  add_custom_command(OUTPUT ${pages}/${file} DEPENDS quintet VERBATIM
    COMMAND sh -c "\"$1\" help \"$2\" >\"$3.new\" && mv \"$3.new\" \"$3\""
      sh $<TARGET_FILE:quintet> ${option} ${pages}/${file})
endfunction()

if(NOT CMAKE_CROSSCOMPILING)
  quintet_page(quintet.1 --man)
  quintet_page(quintet.bash --completion=bash)
  quintet_page(_quintet --completion=zsh)
  quintet_page(quintet.fish --completion=fish)
  add_custom_target(quintet_pages ALL DEPENDS
    ${pages}/quintet.1 ${pages}/quintet.bash ${pages}/_quintet ${pages}/quintet.fish)

  install(FILES ${pages}/quintet.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${pages}/quintet.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME quintet)
  install(FILES ${pages}/_quintet DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
  install(FILES ${pages}/quintet.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endif()

install(TARGETS quintet RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
set(documents ${CMAKE_INSTALL_DOCDIR})
install(FILES README.md REPORT.md CHANGELOG.md CONTRIBUTING.md SECURITY.md DESTINATION ${documents})
install(FILES LICENSE DESTINATION ${documents})
install(DIRECTORY docs DESTINATION ${documents})
install(FILES results/README.md DESTINATION ${documents}/results)
install(DIRECTORY results/reference DESTINATION ${CMAKE_INSTALL_DATADIR}/quintet)
file(RELATIVE_PATH to_reference ${CMAKE_INSTALL_FULL_DOCDIR}/results ${CMAKE_INSTALL_FULL_DATADIR}/quintet/reference)
file(CREATE_LINK ${to_reference} ${pages}/reference SYMBOLIC)
install(FILES ${pages}/reference DESTINATION ${documents}/results)
