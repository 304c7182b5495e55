package io.forestage.hub;

import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches a model's files from the hub: config.json, the tokenizer's files and the weights, all of
 * one commit.
 *
 * <p>For GPT-2's input stage only the header and the two tables of a safetensors file are fetched.
 * The file on disk still has its full size, with holes in place of the other tensors. Read its
 * tables and then delete it; never keep it as a model. For a whole model all weights are fetched.
 *
 * <p>A download resumes after a lost connection. After a failure, a new download into the same
 * folder resumes too. A whole file is checked against the hash in its ETag. A part has no hash; its
 * size, its ETag and the header are checked.
 *
 * <p>A redirect to this machine, to a link-local or to a private address is refused, unless the
 * hub's own address is of that kind. The download fails if a server stalls or is slower than {@link
 * RetryPolicy#minRate}.
 *
 * <p>A download is not thread-safe. To stop it, interrupt its thread.
 */
public final class HubDownload implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(HubDownload.class);

    private final HubModel model;
    private final HubSettings settings;
    private final DownloadFolder staging;
    private final boolean whole;
    private HubModel fetched;

    private HubDownload(
            HubModel model, HubSettings settings, DownloadFolder staging, boolean whole) {
        this.model = model;
        this.settings = settings;
        this.staging = staging;
        this.whole = whole;
        fetched = model;
    }

    /**
     * Prepares a download of what the input stage needs; no request is sent yet.
     *
     * @param model what to fetch
     * @param settings the hub's address, and how to reach it
     * @param staging the folder for the files, created if it does not exist; what an earlier
     *     download of the same model left there is used
     * @return the download, to be closed
     * @throws HubException if {@code HF_HUB_OFFLINE} is set, if the folder cannot be created, or if
     *     another download is using it
     */
    public static HubDownload open(HubModel model, HubSettings settings, Path staging)
            throws HubException {
        return open(model, settings, staging, false);
    }

    /**
     * Prepares a download of a whole model, with its transformer blocks; no request is sent yet.
     *
     * @param model as for {@link #open}
     * @param settings as for {@link #open}
     * @param staging as for {@link #open}; tables that {@code open} has fetched there are used
     * @return the download, to be closed; {@link #run} refuses a model without GPT-2's blocks
     *     before it fetches the weights, if their names come first, as in safetensors and shards
     * @throws HubException as {@link #open}
     */
    public static HubDownload openWhole(HubModel model, HubSettings settings, Path staging)
            throws HubException {
        return open(model, settings, staging, true);
    }

    private static HubDownload open(
            HubModel model, HubSettings settings, Path staging, boolean whole) throws HubException {
        settings.requireOnline(model);
        settings.warning().ifPresent(LOGGER::warn);
        return new HubDownload(model, settings, DownloadFolder.open(staging), whole);
    }

    /**
     * Fetches everything that is missing.
     *
     * @param listener receives progress
     * @return a folder laid out like the model's repository
     * @throws HubException if the hub does not deliver a file; what was fetched stays
     * @throws IOException if the staging folder cannot be read or written
     */
    public Path run(DownloadListener listener) throws IOException {
        RemoteRepository repository = new RemoteRepository(new HubClient(settings), model);
        SmallFetch.SmallFile config = ModelFetch.config(repository, listener);
        String commit = config.head().commit().orElse(null);
        fetched = commit == null ? model : model.at(commit);
        staging.begin(model, commit);
        staging.write(ModelFetch.CONFIG, config.content());
        ModelFetch fetch =
                new ModelFetch(
                        commit == null ? repository : repository.pinnedTo(commit),
                        staging,
                        listener);
        fetch.fetchTokenizer();
        fetch.fetchWeights(whole);
        return staging.model();
    }

    /**
     * Returns the model that {@link #run} has fetched.
     *
     * @return the model at the commit that the hub named; before {@code run}, or if the hub named
     *     none, the model as requested
     */
    public HubModel fetched() {
        return fetched;
    }

    /**
     * Deletes what was fetched, and the staging folder unless it holds other files. This ends the
     * download.
     *
     * @throws IOException if a file cannot be deleted
     */
    public void delete() throws IOException {
        staging.delete();
    }

    /** Releases the staging folder and keeps its files for another download. */
    @Override
    public void close() {
        staging.close();
    }
}
