# Sourced by the scripts that build. Stops with a message if the JDK or Maven is missing.

fail() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}

java_home=${JAVA_HOME:-}
if [ -n "$java_home" ]; then
    javac=$java_home/bin/javac
else
    javac=$(command -v javac || true)
fi
if [ -z "$javac" ] || [ ! -x "$javac" ]; then
    fail "no JDK found: install JDK 17 or newer, or set JAVA_HOME to one"
fi
jdk=$("$javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p' | head -n 1)
if [ -z "$jdk" ] || [ "$jdk" -lt 17 ]; then
    fail "expected JDK 17 or newer, found ${jdk:-an unknown version} at $javac; install one, or set JAVA_HOME to one"
fi
if ! command -v mvn > /dev/null; then
    fail "Maven is not on the PATH: install Maven 3.8 or newer"
fi
