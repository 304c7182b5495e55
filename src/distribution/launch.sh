# Sourced by the scripts that start the command line: bin/forestage of the zip and scripts/forestage. Sets $java and
# the environment, and defines start, which ends in Java; it takes further options of Java, the class and its arguments.

java=java
if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
fi
if ! command -v "$java" > /dev/null; then
    echo "forestage: no Java found: install Java 17 or newer, or set JAVA_HOME to one" >&2
    exit 1
fi

# Prints Java's version: from its file, if it has one, because a start of Java takes longer.
java_version() (
    release=$(readlink -f "$(command -v "$java")" 2> /dev/null || true)
    release=${release%/bin/java}/release
    if [ -r "$release" ]; then
        sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$release"
    else
        "$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1
    fi
)

version=$(java_version)
if [ "${version:-0}" -lt 17 ]; then
    echo "forestage: expected Java 17 or newer, found ${version:-an unknown version} at $java; set JAVA_HOME to a newer one" >&2
    exit 1
fi

# Without a UTF-8 locale, Java would decode the arguments as ASCII.
case "${LC_ALL:-${LC_CTYPE:-${LANG:-}}}" in
    *[Uu][Tt][Ff]8* | *[Uu][Tt][Ff]-8*) ;;
    *) [ "$(uname)" = Darwin ] || export LC_ALL=C.UTF-8 ;;
esac
export OPT_OUT_TRACKING=true

# Short commands run without the optimising compiler, which takes longer than it saves. Commands on whole tables or
# corpora need it: it makes their checksums ten times faster.
compiler=-XX:TieredStopAtLevel=1
case "${1:-}" in
    import | verify | export | train | evaluate) compiler=-XX:+TieredCompilation ;;
esac
for word in "$@"; do
    if [ "$word" = --lines ]; then
        compiler=-XX:+TieredCompilation
    fi
done

# By default, glibc returns a step's arrays of a hundred megabytes to the system and allocates them again, page by
# page, which takes more than half of the time of train lm. These settings keep them; your own take precedence.
if [ "${1:-}" = train ]; then
    export MALLOC_MMAP_MAX_="${MALLOC_MMAP_MAX_-0}" MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX-1}"
    export MALLOC_TRIM_THRESHOLD_="${MALLOC_TRIM_THRESHOLD_-4294967296}"
fi

# Java's vector module makes skip-gram a half faster or more, with the same bits. Java warns of it, in one line.
modules=()
if [ "${1:-} ${2:-}" = "train skipgram" ]; then
    modules=(-XX:+IgnoreUnrecognizedVMOptions --add-modules=jdk.incubator.vector)
fi

# DJL calls native code, which JDK 24 and newer warn of unless it is enabled.
start() {
    exec "$java" "$compiler" -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED ${modules[@]+"${modules[@]}"} \
        "-Dforestage.home=$home" "$@"
}
