package io.forestage.hub.cache;

import io.forestage.hub.DownloadListener;
import io.forestage.hub.HubModel;
import io.forestage.hub.HubSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a model of the hub is looked for, and how it is fetched. The defaults are the
 * environment's:
 *
 * <ul>
 *   <li>{@code HF_HUB_CACHE}, else {@code HF_HOME/hub}, else {@code
 *       XDG_CACHE_HOME/huggingface/hub}, else {@code ~/.cache/huggingface/hub}: where
 *       huggingface_hub keeps what it has fetched;
 *   <li>{@code HF_TOKEN}, else the file that {@code HF_TOKEN_PATH} names, else {@code
 *       HF_HOME/token};
 *   <li>{@code HF_HUB_OFFLINE}, {@code HF_ENDPOINT} and the proxies of {@link HubSettings}.
 * </ul>
 */
public final class HubOptions {

    private final HubEnvironment environment;
    private final @Nullable String revision;
    private final DownloadListener listener;

    private HubOptions(
            HubEnvironment environment, @Nullable String revision, DownloadListener listener) {
        this.environment = environment;
        this.revision = revision;
        this.listener = listener;
    }

    /**
     * Returns the options of the environment.
     *
     * @return the options
     */
    public static HubOptions defaults() {
        return of(System.getenv());
    }

    /**
     * Returns the options of given environment variables.
     *
     * @param environment names and values
     * @return the options
     */
    public static HubOptions of(Map<String, String> environment) {
        return new HubOptions(new HubEnvironment(environment), null, DownloadListener.NONE);
    }

    /**
     * Returns these options with a revision.
     *
     * @param name a branch, a tag or a commit, in place of the main branch
     * @return the new options
     */
    public HubOptions withRevision(String name) {
        return new HubOptions(environment, name, listener);
    }

    /**
     * Returns these options with another cache.
     *
     * @param home the folder that {@code HF_HOME} would name; huggingface_hub's models are in its
     *     subfolder hub, Forestage's in forestage
     * @return the new options
     */
    public HubOptions withHome(Path home) {
        return new HubOptions(environment.withHome(home), revision, listener);
    }

    /**
     * Returns these options with a token.
     *
     * @param token the hub's token, sent to no other host
     * @return the new options
     */
    public HubOptions withToken(String token) {
        return new HubOptions(environment.with(HubEnvironment.TOKEN, token), revision, listener);
    }

    /**
     * Returns these options without or with the network.
     *
     * @param offline whether only what is on the disk may be used
     * @return the new options
     */
    public HubOptions withOffline(boolean offline) {
        return new HubOptions(
                environment.with(HubEnvironment.OFFLINE, offline ? "1" : "0"), revision, listener);
    }

    /**
     * Returns these options with another receiver of progress.
     *
     * @param receiver receives a download's progress
     * @return the new options
     */
    public HubOptions withListener(DownloadListener receiver) {
        return new HubOptions(environment, revision, receiver);
    }

    /**
     * Returns the hub's address and how to reach it.
     *
     * @return the settings, with the stored token if the environment has none
     * @throws IOException if a variable has an invalid value, or the token file cannot be read
     */
    public HubSettings settings() throws IOException {
        try {
            return HubSettings.of(environment.withStoredToken());
        } catch (IllegalArgumentException invalid) {
            throw new IOException(invalid.getMessage(), invalid);
        }
    }

    /** Describes the options without the token. */
    @Override
    public String toString() {
        return "revision %s%s".formatted(revision, environment.isOffline() ? ", offline" : "");
    }

    HubModel model(String name) throws IOException {
        try {
            HubModel model = HubModel.parse(name);
            return revision == null ? model : model.at(revision);
        } catch (IllegalArgumentException invalid) {
            throw new IOException(invalid.getMessage(), invalid);
        }
    }

    HubEnvironment environment() {
        return environment;
    }

    DownloadListener listener() {
        return listener;
    }
}
