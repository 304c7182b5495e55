package io.forestage.natives;

import ai.djl.engine.EngineException;
import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The folder that DJL unpacks native code into and loads it from: whoever may write there decides
 * what this process runs. DJL takes {@code .djl.ai} in the user's home and, where that cannot be
 * written to, in the folder of temporary files, whoever has made it.
 */
public final class NativeCache {

    private static final String ALL = "DJL_CACHE_DIR";
    private static final String ENGINES = "ENGINE_CACHE_DIR";

    private static boolean isPrivate;

    private NativeCache() {}

    /**
     * Makes sure, before DJL loads native code, that nobody else may write where it is loaded from.
     * Without a home to write to, a folder of the user's own among the temporary files is named to
     * DJL by its system properties.
     *
     * @throws EngineException if the folder that {@code ENGINE_CACHE_DIR}, {@code DJL_CACHE_DIR} or
     *     the home gives is another user's or may be written to by others, or if no folder can be
     *     made; the message says which, and what to do
     */
    public static synchronized void requirePrivate() {
        if (isPrivate) {
            return;
        }
        try {
            Path chosen =
                    new CacheChoice(
                                    setting(ENGINES),
                                    setting(ALL),
                                    Path.of(System.getProperty("user.home")),
                                    Path.of(System.getProperty("java.io.tmpdir")))
                            .other();
            if (chosen != null) {
                System.setProperty(ENGINES, chosen.toString());
                if (setting(ALL) == null) {
                    System.setProperty(ALL, chosen.toString());
                }
            }
        } catch (IOException e) {
            throw new EngineException(e.getMessage(), e);
        }
        isPrivate = true;
    }

    private static @Nullable Path setting(String name) {
        String value = Utils.getEnvOrSystemProperty(name);
        return value == null || value.isEmpty() ? null : Path.of(value);
    }

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

        /** The folder that DJL has to be set to; null if its own choice is good. */
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
                throw CacheFolder.refused(
                        own, "a folder that can be made and written to", "another");
            }
            return own;
        }
    }
}
