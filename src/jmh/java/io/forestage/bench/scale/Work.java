package io.forestage.bench.scale;

/** What is measured: one call of it, over and over. */
interface Work extends AutoCloseable {

    /** Does the first call and throws {@link IllegalStateException} if its result is wrong. */
    void check() throws Exception;

    /** Does the next call. */
    void run() throws Exception;

    /** The number of calls after which all data have been used once. */
    default int round() {
        return 1;
    }

    /** The number of results of a call among which its time is divided. */
    default int results() {
        return 1;
    }

    @Override
    void close();

    /** Requires a result that was known before. */
    static void require(String what, Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new IllegalStateException(
                    "%s: expected %s, found %s".formatted(what, expected, found));
        }
    }
}
