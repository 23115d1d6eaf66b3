# compress_docs.cmake - cpack runs this on what it has installed for packages, before it packs:
# manuals and change logs are compressed as Debian has them, without a time or a name in the result.
set(share ${CPACK_TEMPORARY_DIRECTORY}/*${CPACK_PACKAGING_INSTALL_PREFIX}/share)
file(GLOB_RECURSE docs ${share}/man/*.[1-8] ${share}/doc/*/changelog)
if(NOT docs)
  message(FATAL_ERROR "${CPACK_TEMPORARY_DIRECTORY}: there are no manuals to compress")
endif()
execute_process(COMMAND gzip -9n ${docs} COMMAND_ERROR_IS_FATAL ANY)
