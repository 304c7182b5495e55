package io.forestage.training;

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

/** A checksum of the bytes that go through it. */
final class Sha256 {

    private final MessageDigest digest;

    Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The checksum of a file, in hexadecimal. */
    static String of(Path file) throws IOException {
        Sha256 checksum = new Sha256();
        try (InputStream in = checksum.follow(Files.newInputStream(file))) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return checksum.hex();
    }

    /** The same stream, whose bytes are seen as they are read. */
    InputStream follow(InputStream in) {
        return new DigestInputStream(in, digest);
    }

    /** The same channel, whose bytes are seen as they are written. */
    WritableByteChannel follow(WritableByteChannel channel) {
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

    /** The checksum of all that went through, in hexadecimal. */
    String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
