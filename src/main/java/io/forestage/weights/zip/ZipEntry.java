package io.forestage.weights.zip;

/**
 * One entry of a zip file.
 *
 * @param name its path in the zip, parts separated by '/'
 * @param isDeflated whether its bytes are compressed; if not, they lie in the file as they are
 * @param crc the checksum of its bytes, CRC-32
 * @param packedSize how many bytes it takes in the file
 * @param size how many bytes it holds
 * @param dataOffset the position in the file of its first byte
 */
public record ZipEntry(
        String name, boolean isDeflated, long crc, long packedSize, long size, long dataOffset) {}
