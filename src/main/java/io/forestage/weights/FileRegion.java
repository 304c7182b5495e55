package io.forestage.weights;

import java.nio.file.Path;

/**
 * Where a tensor's elements lie in a file unchanged, little-endian and in C order, so that they can
 * be mapped.
 *
 * @param offset the position of the first byte, counted from the start of the file
 */
public record FileRegion(Path file, long offset) {}
