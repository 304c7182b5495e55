package io.forestage.hub;

import io.forestage.support.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which content a server holds under a name.
 *
 * @param etag the content's ETag, or null if it has none
 */
record RemoteFile(long size, @Nullable Etag etag) {

    RemoteFile {
        if (size < 0) {
            throw new IllegalArgumentException("expected a size of 0 or more, found " + size);
        }
    }

    boolean isSameAs(RemoteFile other) {
        return size == other.size && name().equals(other.name());
    }

    @Override
    public String toString() {
        return "%d bytes of ETag %s".formatted(size, name());
    }

    private String name() {
        return etag == null ? "none" : etag.value();
    }

    /** A file's ETag, and which hash of the content it is, if any. */
    record Etag(String value, Kind kind) {

        private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
        private static final Pattern SHA1 = Pattern.compile("[0-9a-f]{40}");

        enum Kind {
            /** No known hash. */
            OPAQUE,
            /** The content's SHA-256, as the hub gives for files in its large storage. */
            SHA256,
            /** The SHA-1 that git gives the content, as the hub gives for files in git itself. */
            GIT_BLOB
        }

        /** The ETag of a file in large storage. */
        static Etag linked(String header) {
            String value = plain(header);
            return new Etag(value, SHA256.matcher(value).matches() ? Kind.SHA256 : Kind.OPAQUE);
        }

        /** The ETag of a file in the hub's git repository. */
        static Etag own(String header) {
            String value = plain(header);
            return new Etag(value, SHA1.matcher(value).matches() ? Kind.GIT_BLOB : Kind.OPAQUE);
        }

        static Etag opaque(String header) {
            return new Etag(plain(header), Kind.OPAQUE);
        }

        boolean provesContent() {
            return kind != Kind.OPAQUE;
        }

        /** Whether the content has the hash that the ETag names; true if it names none. */
        boolean fits(InputStream content, long size) throws IOException {
            return switch (kind) {
                case OPAQUE -> true;
                case SHA256 -> value.equals(Digest.sha256().addAll(content).hex());
                case GIT_BLOB -> {
                    byte[] head = ("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII);
                    yield value.equals(Digest.sha1().add(head).addAll(content).hex());
                }
            };
        }

        /**
         * Weak or strong does not matter here: the bytes are counted, and checked where possible.
         */
        private static String plain(String header) {
            return header.strip().replaceFirst("^W/", "").replaceAll("^\"|\"$", "");
        }
    }
}
