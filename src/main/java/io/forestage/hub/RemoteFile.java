package io.forestage.hub;

import org.jspecify.annotations.Nullable;

/**
 * Which content a server holds under a name.
 *
 * @param etag what it calls the content, or null if it does not
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
}
