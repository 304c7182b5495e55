package io.forestage.natives;

import ai.djl.engine.EngineException;
import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The folder into which DJL unpacks native code and from which it loads the code: a user who may
 * write there controls what this process runs. DJL uses {@code .djl.ai} in the user's home. If it
 * cannot write there, it uses {@code .djl.ai} in the folder of temporary files, even if another
 * user created it.
 */
public final class NativeCache {

    private static final String ALL = "DJL_CACHE_DIR";
    private static final String ENGINES = "ENGINE_CACHE_DIR";

    private static boolean isPrivate;

    private NativeCache() {}

    /**
     * Makes sure that no other user may write to the folder from which DJL loads native code. Call
     * it before DJL loads any. If the home is not writable, DJL's system properties are set to a
     * private folder among the temporary files.
     *
     * @throws EngineException if the folder from {@code ENGINE_CACHE_DIR}, {@code DJL_CACHE_DIR} or
     *     the home belongs to another user or is writable by others, or if no folder can be
     *     created; the message names the folder and the fix
     */
    public static synchronized void requirePrivate() {
        if (isPrivate) {
            return;
        }
        try {
            Path replacement =
                    new CacheChoice(
                                    setting(ENGINES),
                                    setting(ALL),
                                    Path.of(System.getProperty("user.home")),
                                    Path.of(System.getProperty("java.io.tmpdir")))
                            .replacement();
            if (replacement != null) {
                System.setProperty(ENGINES, replacement.toString());
                if (setting(ALL) == null) {
                    System.setProperty(ALL, replacement.toString());
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
     * Decides where native code may be unpacked.
     *
     * @param engines the folder from {@code ENGINE_CACHE_DIR}, which DJL prefers
     * @param all the folder from {@code DJL_CACHE_DIR}
     * @param home the user's home, which need not exist
     * @param temporary the folder of temporary files
     */
    record CacheChoice(@Nullable Path engines, @Nullable Path all, Path home, Path temporary) {

        /** DJL's folder in a home. */
        private static final String IN_HOME = ".djl.ai";

        /**
         * Returns the folder that DJL has to use instead of its own choice; null if that is safe.
         */
        @Nullable Path replacement() throws IOException {
            if (engines != null) {
                if (!new CacheFolder(engines).isUsable()) {
                    throw CacheFolder.refused(
                            engines,
                            "a folder that you can create and write to",
                            "one that you cannot");
                }
                return null;
            }
            Path djlsChoice = all != null ? all : home.resolve(IN_HOME);
            // If the home is not writable, DJL uses the temporary files, even if .djl.ai is there.
            boolean isUsed = all != null || Files.isWritable(home);
            return isUsed && new CacheFolder(djlsChoice).isUsable() ? null : privateTemporary();
        }

        private Path privateTemporary() throws IOException {
            Path own = temporary.resolve("forestage-native-" + CacheFolder.user());
            if (!new CacheFolder(own).isUsable()) {
                throw CacheFolder.refused(
                        own, "a folder that you can create and write to", "one that you cannot");
            }
            return own;
        }
    }
}
