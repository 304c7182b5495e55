package io.forestage.training;

/**
 * A file of text that was read.
 *
 * @param name its name without folders
 * @param bytes its size
 * @param sha256 of its bytes, in hexadecimal
 */
record TextFile(String name, long bytes, String sha256) {}
