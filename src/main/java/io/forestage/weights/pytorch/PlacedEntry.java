package io.forestage.weights.pytorch;

/**
 * An entry and where its bytes lie.
 *
 * @param data position of the first, which may be compressed
 */
record PlacedEntry(ZipEntry entry, long data) {}
