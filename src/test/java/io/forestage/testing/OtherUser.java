package io.forestage.testing;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** What belongs to another user, which only a superuser can make. */
public final class OtherUser {

    /** "nobody" on Linux. */
    private static final int NOBODY = 65534;

    private OtherUser() {}

    /** Gives a file or folder, or a link itself, away; the test is skipped where that cannot be. */
    public static Path give(Path path) throws IOException {
        try {
            Files.setAttribute(path, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            assumeThat(false).as("a file can be given to another user: " + e).isTrue();
        }
        return path;
    }
}
