package io.forestage.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file's content as a server describes it.
 *
 * @param size in bytes
 * @param etag the content's ETag, or null if there is none
 */
record RemoteFile(long size, @Nullable Etag etag) {

    RemoteFile {
        if (size < 0) {
            throw new IllegalArgumentException(
                    "expected a size of 0 or more, found %d".formatted(size));
        }
    }

    boolean isSameAs(RemoteFile other) {
        return size == other.size && etagValue().equals(other.etagValue());
    }

    @Override
    public String toString() {
        return "%d bytes with ETag %s".formatted(size, etagValue());
    }

    private String etagValue() {
        return etag == null ? "none" : etag.value();
    }

    /** A file's ETag, and which hash of the content it is, if it is one. */
    record Etag(String value, Kind kind) {

        private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
        private static final Pattern SHA1 = Pattern.compile("[0-9a-f]{40}");

        enum Kind {
            /** No known hash. */
            OPAQUE,
            /** The content's SHA-256, which the hub sends for files in Git LFS. */
            SHA256,
            /** The content's SHA-1 as a git blob, which the hub sends for files in git itself. */
            GIT_BLOB
        }

        /** Reads the ETag of a file in Git LFS. */
        static Etag linked(String header) {
            String value = plain(header);
            return new Etag(value, SHA256.matcher(value).matches() ? Kind.SHA256 : Kind.OPAQUE);
        }

        /** Reads the ETag of a file in the hub's git repository. */
        static Etag own(String header) {
            String value = plain(header);
            return new Etag(value, SHA1.matcher(value).matches() ? Kind.GIT_BLOB : Kind.OPAQUE);
        }

        static Etag opaque(String header) {
            return new Etag(plain(header), Kind.OPAQUE);
        }

        boolean isContentHash() {
            return kind != Kind.OPAQUE;
        }

        /** Returns whether the content has the ETag's hash; true if the ETag is no hash. */
        boolean matches(InputStream content, long size) throws IOException {
            return switch (kind) {
                case OPAQUE -> true;
                case SHA256 -> value.equals(hex(digest("SHA-256"), content));
                case GIT_BLOB -> {
                    MessageDigest digest = digest("SHA-1");
                    digest.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
                    yield value.equals(hex(digest, content));
                }
            };
        }

        private static String hex(MessageDigest digest, InputStream content) throws IOException {
            byte[] chunk = new byte[1 << 16];
            for (int count = content.read(chunk); count >= 0; count = content.read(chunk)) {
                digest.update(chunk, 0, count);
            }
            return HexFormat.of().formatHex(digest.digest());
        }

        private static MessageDigest digest(String algorithm) {
            try {
                return MessageDigest.getInstance(algorithm);
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException(
                        "expected %s, which every JDK has, found none".formatted(algorithm),
                        impossible);
            }
        }

        /**
         * Removes the mark of a weak ETag and the quotes. Weak or strong does not matter here: the
         * bytes are counted, and checked against a hash where there is one.
         */
        private static String plain(String header) {
            return header.strip().replaceFirst("^W/", "").replaceAll("^\"|\"$", "");
        }
    }
}
