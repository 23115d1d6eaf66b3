# packaging.cmake - units for systemd, and "cpack -G DEB" in the build folder: three packages.
#
#   zonetool            all programs, with manuals, completions and units: what an administrator
#                       installs. It holds what names no component.
#   libcopyengine0      the shared library (component library); the programs do not need it
#   libcopyengine-dev   what it takes to build with it (component development)

# ---- systemd ----

# In the package it is /usr/lib/systemd; below /usr/local, too, systemd finds units and generators.
set(SYSTEMD_DIR lib/systemd)
file(GLOB units CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/packaging/systemd/*)
install(FILES ${units} DESTINATION ${SYSTEMD_DIR}/system)
install(TARGETS zone_generator DESTINATION ${SYSTEMD_DIR}/system-generators)

# ---- what Debian wants beside ----

set(DEBIAN ${CMAKE_SOURCE_DIR}/packaging/debian)
foreach(pair zonetool:Unspecified libcopyengine0:library libcopyengine-dev:development)
  string(REPLACE ":" ";" pair ${pair})
  list(GET pair 0 package)
  list(GET pair 1 component)
  install(FILES ${DEBIAN}/changelog DESTINATION share/doc/${package}
    COMPONENT ${component} EXCLUDE_FROM_ALL)
  install(FILES LICENSE DESTINATION share/doc/${package} RENAME copyright
    COMPONENT ${component} EXCLUDE_FROM_ALL)
endforeach()
install(FILES ${DEBIAN}/lintian-overrides DESTINATION share/lintian/overrides RENAME zonetool
  EXCLUDE_FROM_ALL)
file(STRINGS ${DEBIAN}/changelog newest LIMIT_COUNT 1)
if(NOT newest MATCHES "^zonetool \\(${PROJECT_VERSION}\\) ")
  message(FATAL_ERROR "packaging/debian/changelog: begins with '${newest}': describe version "
    "${PROJECT_VERSION} there")
endif()

# ---- the packages ----

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "The copyengine authors <maintainers@copyengine.invalid>")
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
# Between installation and packing: manuals and change logs are compressed.
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_SOURCE_DIR}/cmake/compress_docs.cmake)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL Unspecified library development)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)

set(CPACK_DEBIAN_UNSPECIFIED_PACKAGE_NAME zonetool)
set(CPACK_DEBIAN_UNSPECIFIED_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_UNSPECIFIED_DESCRIPTION "zones, as Solaris has them
zonecfg, zoneadm and zlogin configure and administer containers with the
commands, the dialogue and the files that administrators of Solaris zones
know: install from the packages of this host, boot, log in, halt, clone, move,
detach, attach. Zones are booted by systemd-nspawn, also where systemd is not
the init of the host.
.
treecp copies whole trees of files with several threads, and keeps everything
that can be kept.")
set(CPACK_DEBIAN_UNSPECIFIED_PACKAGE_DEPENDS
  "systemd-container (>= 250), iproute2, mount, init-system-helpers (>= 1.54)")
set(CPACK_DEBIAN_UNSPECIFIED_PACKAGE_RECOMMENDS "bash-completion")
set(CPACK_DEBIAN_UNSPECIFIED_PACKAGE_SUGGESTS "btrfs-progs, zfsutils-linux | zfs-fuse")
set(CPACK_DEBIAN_UNSPECIFIED_PACKAGE_CONTROL_EXTRA
  ${DEBIAN}/postinst ${DEBIAN}/prerm ${DEBIAN}/postrm)

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libcopyengine0)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA ${DEBIAN}/triggers)
set(CPACK_DEBIAN_LIBRARY_DESCRIPTION "library that copies whole trees of files
libcopyengine copies trees of files with several threads, and keeps owners,
modes, times, ACLs, extended attributes, hard links, holes, devices, flags.
What the destination cannot hold is reported.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libcopyengine-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
  "libcopyengine0 (= ${PROJECT_VERSION}), liburing-dev, libacl1-dev, libattr1-dev, libxxhash-dev")
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "library that copies whole trees of files: development
The header, the static library and the manual of libcopyengine, which copies
trees of files with several threads, and keeps everything that can be kept.")

include(CPack)
