package io.forestage.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A checksum of bytes as they pass. */
public final class Digest {

    private final MessageDigest digest;

    private Digest(String algorithm) {
        try {
            digest = MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(
                    "%s: expected in every JDK, found none".formatted(algorithm), e);
        }
    }

    /** Starts a SHA-256. */
    public static Digest sha256() {
        return new Digest("SHA-256");
    }

    /** Starts a SHA-1: no protection against an attacker, but git names its files by it. */
    public static Digest sha1() {
        return new Digest("SHA-1");
    }

    /**
     * Returns the SHA-256 of a file, in hexadecimal.
     *
     * @throws IOException if the file cannot be read
     */
    public static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return sha256().addAll(in).hex();
        }
    }

    /** Adds bytes. */
    public Digest add(byte[] bytes) {
        digest.update(bytes);
        return this;
    }

    /** Adds the bytes that a buffer has left, and moves its position to its limit. */
    public Digest add(ByteBuffer bytes) {
        digest.update(bytes);
        return this;
    }

    /** Adds all that a stream has left. */
    public Digest addAll(InputStream in) throws IOException {
        follow(in).transferTo(OutputStream.nullOutputStream());
        return this;
    }

    /** Returns the stream with each byte added as it is read. */
    public InputStream follow(InputStream in) {
        return new DigestInputStream(in, digest);
    }

    /** Returns the channel with each byte added as it is written. */
    public WritableByteChannel follow(WritableByteChannel channel) {
        return new WritableByteChannel() {

            @Override
            public int write(ByteBuffer bytes) throws IOException {
                digest.update(bytes.duplicate());
                return channel.write(bytes);
            }

            @Override
            public boolean isOpen() {
                return channel.isOpen();
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }

    /** Returns the checksum of all that was added, in hexadecimal, and starts again. */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
