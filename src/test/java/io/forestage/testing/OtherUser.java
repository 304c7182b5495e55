package io.forestage.testing;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Files that belong to another user. Only the superuser can make them. */
public final class OtherUser {

    /** "nobody" on Linux. */
    private static final int NOBODY = 65534;

    private OtherUser() {}

    /** Changes the owner of a file, folder or link itself; skips the test if that fails. */
    public static Path give(Path path) throws IOException {
        try {
            Files.setAttribute(path, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            assumeThat(false).as("the owner of a file can be changed: " + e).isTrue();
        }
        return path;
    }
}
