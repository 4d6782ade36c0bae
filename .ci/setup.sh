# Finds what make and .ci/run need, and says what it does: a JDK, Maven, a Redis server, a browser,
# Node.js with the clients that tests run on it.
# For sourcing by a POSIX shell; every function reports to stderr and returns 1 when it found nothing.

jdk_needed=17
node_needed=20

say() {
  echo "$*" >&2
}

# The major version of the JDK in a folder; 0 when there is none.
jdk_major() {
  major=$("$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
  echo "${major:-0}"
}

# Every folder that may hold a JDK, the best first.
jdk_candidates() {
  if [ -n "${JAVA_HOME:-}" ]; then echo "$JAVA_HOME"; fi
  if [ -x /usr/libexec/java_home ]; then /usr/libexec/java_home 2>/dev/null || true; fi
  if command -v javac >/dev/null; then
    dirname "$(dirname "$(readlink -f "$(command -v javac)")")"
  fi
  for home in /usr/lib/jvm/* /opt/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home "$HOME"/.sdkman/candidates/java/*; do
    if [ -x "$home/bin/javac" ]; then echo "$home"; fi
  done
}

# "major folder" of every usable JDK, each folder once, the best first.
jdks() {
  jdk_candidates | while IFS= read -r home; do
    major=$(jdk_major "$home")
    if [ "$major" -ge "$jdk_needed" ]; then echo "$major $(cd "$home" && pwd -P)"; fi
  done | awk '!seen[$0]++'
}

# Sets JAVA_HOME.
use_jdk() {
  found=$(jdk_candidates | while IFS= read -r home; do
    if [ "$(jdk_major "$home")" -ge "$jdk_needed" ]; then
      echo "$home"
      break
    fi
  done)
  if [ -z "$found" ]; then
    say "Redstart needs a JDK $jdk_needed or later (with javac): set JAVA_HOME, or install one" \
      "(apt-get install default-jdk-headless, dnf install java-latest-openjdk-devel," \
      "apk add openjdk21, brew install openjdk)."
    return 1
  fi
  if [ -n "${JAVA_HOME:-}" ] && [ "$found" != "$JAVA_HOME" ]; then
    say "JAVA_HOME=$JAVA_HOME holds no JDK $jdk_needed or later."
  fi
  JAVA_HOME=$found
  export JAVA_HOME
  major=$(jdk_major "$JAVA_HOME")
  say "Using JDK $major in $JAVA_HOME"
  if [ "$major" -ge 24 ]; then
    # Maven's own libraries make newer JVMs print warnings that nobody here can act on.
    MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED ${MAVEN_OPTS:-}"
    export MAVEN_OPTS
  fi
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Sets manager to the machine's package manager; empty when there is none that we know.
find_manager() {
  for manager in apt-get dnf apk brew ''; do
    if [ -z "$manager" ] || command -v "$manager" >/dev/null; then break; fi
  done
}

# install_first WHAT NAME...: installs the first package that the package manager has.
install_first() {
  what=$1
  shift
  find_manager
  if [ -z "$manager" ]; then return 1; fi
  if [ "$manager" != brew ] && ! as_root true 2>/dev/null; then
    say "Cannot install $what: $manager needs root, or sudo without a password. To do it yourself:" \
      "sudo $manager $([ "$manager" = apk ] && echo add || echo install) $1"
    return 1
  fi
  say "Installing $what with $manager ..."
  if [ "$manager" = apt-get ]; then as_root apt-get -qq update >&2; fi
  for name in "$@"; do
    if install_package "$name" >&2; then return 0; fi
  done
  return 1
}

install_package() {
  case $manager in
    apt-get)
      # RUNLEVEL=1 keeps the package from starting a service.
      as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
        apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends "$1"
      ;;
    dnf) as_root dnf install -q -y "$1" ;;
    apk) as_root apk add -q "$1" ;;
    brew) brew install -q "$1" ;;
  esac
}

use_maven() {
  if command -v mvn >/dev/null || install_first Maven maven; then return 0; fi
  say "Redstart is built by Maven 3.8 or later: put mvn on the PATH."
  return 1
}

redis_on_path() {
  command -v redis-server >/dev/null || command -v valkey-server >/dev/null
}

# Sees to a server binary. What runs then starts private servers of its own.
install_redis() {
  if redis_on_path; then return 0; fi
  say "There is no redis-server and no valkey-server on the PATH."
  find_manager
  if [ "$manager" = apt-get ]; then set -- redis-server valkey-server; else set -- redis valkey; fi
  install_first "a Redis server" "$@" || return 1
  # With systemd RUNLEVEL is not asked. Nobody here wants the service, only the binary.
  if [ -d /run/systemd/system ]; then
    as_root systemctl --quiet disable --now redis-server valkey-server 2>/dev/null
  fi
  redis_on_path
}

no_redis() {
  say "Redstart needs a Redis server: set REDIS_URL (for the demo), or put redis-server or" \
    "valkey-server on the PATH, or start Docker."
  return 1
}

# For the tests, which know how to use Docker themselves.
use_redis_binary() {
  if install_redis; then return 0; fi
  if docker info >/dev/null 2>&1; then
    say "The tests will start Redis in Docker."
    return 0
  fi
  no_redis
}

browser_on_path() {
  for name in chromium chromium-browser google-chrome google-chrome-stable chrome; do
    if command -v "$name" >/dev/null; then return 0; fi
  done
  return 1
}

driver_on_path() {
  command -v chromedriver >/dev/null || command -v chromium.chromedriver >/dev/null
}

# For the tests of the page: Chromium, and the driver through which they speak to it.
use_browser() {
  if ! browser_on_path; then
    say "There is no Chromium and no Chrome on the PATH."
    install_first Chromium chromium chromium-browser || true
  fi
  if ! driver_on_path; then
    say "There is no chromedriver on the PATH."
    install_first "Chromium's driver" chromium-driver chromium-chromedriver chromedriver || true
  fi
  if browser_on_path && driver_on_path; then return 0; fi
  say "The tests of the page need Chromium or Chrome, and the chromedriver of the same version: put both on the PATH."
  return 1
}

# Which Node there is, as a number; 0 where there is none, or no npm.
node_major() {
  if ! command -v npm >/dev/null || ! node -p 'parseInt(process.versions.node)' 2>/dev/null; then
    echo 0
  fi
}

use_node() {
  if [ "$(node_major)" -ge $node_needed ]; then return 0; fi
  say "There is no Node.js $node_needed with npm on the PATH."
  find_manager
  # Where npm is a package of its own it brings Node.js.
  if [ "$manager" = brew ]; then set -- node; else set -- npm nodejs; fi
  install_first Node.js "$@" || true
  if [ "$(node_major)" -ge $node_needed ]; then return 0; fi
  say "The tests with the official A2A clients need Node.js $node_needed or later: put node and npm on the PATH."
  return 1
}

# For the tests that drive the service with the official A2A clients: what their lock file names.
use_clients() {
  use_node || return 1
  mkdir -p target/clients
  if cmp -s src/test/js/package-lock.json target/clients/installed.json; then return 0; fi
  cp src/test/js/package.json src/test/js/package-lock.json src/test/js/.npmrc target/clients/
  say "Installing the official A2A clients with npm ..."
  if ! (cd target/clients && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2); then
    say "npm could not install what src/test/js/package-lock.json names."
    return 1
  fi
  cp target/clients/package-lock.json target/clients/installed.json
}

# For the demo and jshell: REDIS_URL if set, else a binary, else a container that ends with this shell.
use_redis() {
  if [ -n "${REDIS_URL:-}" ]; then
    say "Using the Redis that REDIS_URL names."
    return 0
  fi
  if install_redis; then return 0; fi
  if docker info >/dev/null 2>&1; then
    start_container
  else
    no_redis
  fi
}

start_container() {
  say "Starting Redis in Docker ..."
  container=$(docker run --rm -d -p 127.0.0.1::6379 redis:7-alpine) || return 1
  trap 'docker rm -f "$container" >/dev/null' EXIT
  trap 'exit 130' INT TERM
  tries=0
  until docker exec "$container" redis-cli ping >/dev/null 2>&1; do
    tries=$((tries + 1))
    if [ $tries -gt 50 ]; then
      say "Redis in Docker does not answer."
      return 1
    fi
    sleep 0.2
  done
  REDIS_URL="redis://$(docker port "$container" 6379/tcp | head -n 1)"
  export REDIS_URL
}
