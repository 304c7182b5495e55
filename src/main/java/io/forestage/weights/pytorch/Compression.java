package io.forestage.weights.pytorch;

/** The ways in which a zip file keeps an entry that are read here. */
enum Compression {
    STORED(0),
    DEFLATED(8);

    private final int method;

    Compression(int method) {
        this.method = method;
    }

    /** The number that zip files have for it. */
    int method() {
        return method;
    }
}
