package io.forestage.hub.cache;

import io.forestage.support.FailureReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The environment variables of huggingface_hub, with the meaning that they have there.
 *
 * @param variables names and values
 */
record HubEnvironment(Map<String, String> variables) {

    static final String HOME = "HF_HOME";
    static final String TOKEN = "HF_TOKEN";
    static final String OFFLINE = "HF_HUB_OFFLINE";

    private static final String CACHE = "HF_HUB_CACHE";
    private static final String OLD_CACHE = "HUGGINGFACE_HUB_CACHE";
    private static final String TOKEN_FILE = "HF_TOKEN_PATH";
    private static final String NO_TOKEN_FILE = "HF_HUB_DISABLE_IMPLICIT_TOKEN";
    private static final Set<String> YES = Set.of("1", "on", "yes", "true");

    /** A token has some forty characters. */
    private static final int MAX_TOKEN_BYTES = 4096;

    HubEnvironment {
        variables = Map.copyOf(variables);
    }

    /** Returns the folder that huggingface_hub caches repositories in. */
    Path cache() throws IOException {
        Path chosen = path(CACHE);
        chosen = chosen == null ? path(OLD_CACHE) : chosen;
        return chosen == null ? home().resolve("hub") : chosen;
    }

    /** Returns the folder of everything from the hub. */
    Path home() throws IOException {
        Path chosen = chosenHome();
        return chosen == null
                ? Path.of(System.getProperty("user.home"), ".cache", "huggingface")
                : chosen;
    }

    boolean isOffline() {
        return isYes(OFFLINE);
    }

    /** Returns the variables with the token of the token file, if there is no other. */
    Map<String, String> withStoredToken() throws IOException {
        Map<String, String> all = new HashMap<>(variables);
        if (text(TOKEN).isEmpty() && !isYes(NO_TOKEN_FILE)) {
            Path file = path(TOKEN_FILE);
            Path home = chosenHome();
            file = file == null && home != null ? home.resolve("token") : file;
            if (file != null && Files.isRegularFile(file)) {
                all.put(TOKEN, tokenIn(file));
            }
        }
        return all;
    }

    HubEnvironment with(String name, String value) {
        Map<String, String> all = new HashMap<>(variables);
        all.put(name, value);
        return new HubEnvironment(all);
    }

    /** Returns the variables with another home, and with the cache inside it. */
    HubEnvironment withHome(Path home) {
        Map<String, String> all = new HashMap<>(variables);
        all.remove(CACHE);
        all.remove(OLD_CACHE);
        all.put(HOME, home.toAbsolutePath().toString());
        return new HubEnvironment(all);
    }

    private static String tokenIn(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_TOKEN_BYTES), StandardCharsets.UTF_8).strip();
        } catch (IOException failure) {
            throw new IOException(
                    "%s: expected a readable file with the hub's token, found %s; log in again, or set %s to 1"
                            .formatted(file, FailureReason.of(failure), NO_TOKEN_FILE),
                    failure);
        }
    }

    private @Nullable Path chosenHome() throws IOException {
        Path home = path(HOME);
        if (home != null) {
            return home;
        }
        Path caches = path("XDG_CACHE_HOME");
        if (caches != null) {
            return caches.resolve("huggingface");
        }
        return user().map(user -> user.resolve(".cache").resolve("huggingface")).orElse(null);
    }

    private Optional<Path> user() {
        String home = text("HOME").isEmpty() ? text("USERPROFILE") : text("HOME");
        return home.isEmpty() ? Optional.empty() : Optional.of(Path.of(home));
    }

    private @Nullable Path path(String name) throws IOException {
        String value = text(name);
        if (value.isEmpty()) {
            return null;
        }
        try {
            return value.equals("~") || value.startsWith("~/")
                    ? user().orElse(Path.of(System.getProperty("user.home")))
                            .resolve(value.substring(Math.min(2, value.length())))
                    : Path.of(value);
        } catch (InvalidPathException invalid) {
            throw new IOException(
                    "%s: expected a path, found %s; correct or unset it"
                            .formatted(name, invalid.getReason()),
                    invalid);
        }
    }

    private boolean isYes(String name) {
        return YES.contains(text(name).toLowerCase(Locale.ROOT));
    }

    private String text(String name) {
        return variables.getOrDefault(name, "").strip();
    }
}
