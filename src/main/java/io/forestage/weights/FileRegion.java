package io.forestage.weights;

import java.nio.file.Path;

/**
 * Where a tensor's bytes lie as they are, little-endian, in C order: what can be mapped.
 *
 * @param file the file
 * @param offset the position of the first byte, counted from the start of the file
 */
public record FileRegion(Path file, long offset) {}
