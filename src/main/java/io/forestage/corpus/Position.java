package io.forestage.corpus;

/**
 * A place between two lines.
 *
 * @param source the index of the source, or the number of sources at the end
 * @param offset the bytes before it in the source, unpacked
 * @param checksum the CRC-32C of these bytes
 * @param line the lines before it in the source
 */
record Position(int source, long offset, long checksum, long line) {

    static final Position START = new Position(0, 0, 0, 0);
}
