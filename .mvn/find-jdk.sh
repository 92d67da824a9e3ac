# Sourced by ./caravan and ./mvnw: finds a JDK 25 and puts it into JAVA_HOME, or says what is missing and ends.
# Looks at CARAVAN_JAVA_HOME, JAVA_HOME, the java on the PATH, then the usual folders. Reads the "release" file of each
# candidate instead of starting it, which would cost a tenth of a second.

caravan_is_jdk25() {
  [ -n "$1" ] && [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r caravan_line; do
    case $caravan_line in JAVA_VERSION=\"25 | JAVA_VERSION=\"25[.\"]* | JAVA_VERSION=\"25-*) return 0 ;; esac
  done <"$1/release"
  return 1
}

caravan_find_jdk() {
  for caravan_home in "${CARAVAN_JAVA_HOME:-}" "${JAVA_HOME:-}"; do
    if caravan_is_jdk25 "$caravan_home"; then JAVA_HOME=$caravan_home; return 0; fi
  done
  caravan_java=$(command -v java 2>/dev/null) || caravan_java=
  if [ -n "$caravan_java" ]; then
    caravan_home=$(readlink -f "$caravan_java" 2>/dev/null) || caravan_home=$caravan_java
    caravan_home=${caravan_home%/bin/java}
    if caravan_is_jdk25 "$caravan_home"; then JAVA_HOME=$caravan_home; return 0; fi
  fi
  for caravan_home in /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* "${HOME:-}"/.sdkman/candidates/java/* \
    "${HOME:-}"/.jdks/* "${HOME:-}"/.asdf/installs/java/* "${HOME:-}"/.local/share/mise/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if caravan_is_jdk25 "$caravan_home"; then JAVA_HOME=$caravan_home; return 0; fi
  done
  return 1
}

if caravan_find_jdk; then
  export JAVA_HOME
else
  {
    echo "caravan: no JDK 25 found."
    echo "  Looked at CARAVAN_JAVA_HOME, JAVA_HOME, the java on the PATH, /usr/lib/jvm, /usr/java, /opt, SDKMAN, asdf, mise and ~/.jdks."
    echo "  Install one (Eclipse Temurin 25: https://adoptium.net, or: sdk install java 25-tem), or say where it is:"
    echo "    CARAVAN_JAVA_HOME=/path/to/jdk-25 $0 $*"
  } >&2
  exit 1
fi
