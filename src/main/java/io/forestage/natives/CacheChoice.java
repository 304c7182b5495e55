package io.forestage.natives;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where native code may be unpacked to.
 *
 * @param engines the folder that is set for engines, which DJL prefers
 * @param all the folder that is set for all that DJL keeps
 * @param home the user's home, which need not be there
 * @param temporary the folder of temporary files
 */
record CacheChoice(@Nullable Path engines, @Nullable Path all, Path home, Path temporary) {

    /** DJL's own name in a home. */
    private static final String IN_HOME = ".djl.ai";

    /** A folder that DJL has to be told of; null if it takes a good one by itself. */
    @Nullable Path other() throws IOException {
        if (engines != null) {
            if (!new CacheFolder(engines).isUsable()) {
                throw CacheFolder.refused(
                        engines, "a folder that can be made and written to", "another");
            }
            return null;
        }
        Path usual = all != null ? all : home.resolve(IN_HOME);
        // Beside a cache in the home DJL would take one among the temporary files.
        boolean isTaken = all != null || Files.isWritable(home);
        return isTaken && new CacheFolder(usual).isUsable() ? null : ownAmongTemporary();
    }

    private Path ownAmongTemporary() throws IOException {
        Path own = temporary.resolve("forestage-native-" + CacheFolder.user());
        if (!new CacheFolder(own).isUsable()) {
            throw CacheFolder.refused(own, "a folder that can be made and written to", "another");
        }
        return own;
    }
}
