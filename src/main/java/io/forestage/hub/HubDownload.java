package io.forestage.hub;

import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches from the hub what GPT-2's input stage needs of a model: config.json, the tokenizer's
 * files and the weights, all of one commit.
 *
 * <p>Of a safetensors file only the header and the two tables are fetched. The file has its full
 * size nevertheless, with holes where the other tensors would be. Read its tables and then delete
 * it; never keep it as a model.
 *
 * <p>A download resumes after a cut connection, and so does a new one into the same folder after a
 * failure. A whole file is checked against the hash that the hub names. A part has no hash; its
 * size, its ETag and the header are checked.
 *
 * <p>A redirect is not followed to this machine, to a link-local or to a private address, unless
 * the hub's own address is of that kind. A server that stalls or is slower than {@link
 * RetryPolicy#leastRate} is given up.
 *
 * <p>One thread uses a download; to stop it, interrupt that thread.
 */
public final class HubDownload implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(HubDownload.class);

    private final HubModel model;
    private final HubSettings settings;
    private final DownloadFolder staging;
    private HubModel fetched;

    private HubDownload(HubModel model, HubSettings settings, DownloadFolder staging) {
        this.model = model;
        this.settings = settings;
        this.staging = staging;
        fetched = model;
    }

    /**
     * Prepares a download; no request is sent yet.
     *
     * @param model what to fetch
     * @param settings where the hub is, and how to reach it
     * @param staging the folder for the files while they grow, made if it is not there; one that
     *     another download of the same model has left is taken up
     * @return the download, to be closed
     * @throws HubException if the settings say that the hub is not to be asked, if the folder
     *     cannot be made, or if another download is at work in it
     */
    public static HubDownload open(HubModel model, HubSettings settings, Path staging)
            throws HubException {
        settings.requireOnline(model);
        settings.warning().ifPresent(LOGGER::warn);
        return new HubDownload(model, settings, DownloadFolder.open(staging));
    }

    /**
     * Fetches all that is not there yet.
     *
     * @param listener receives progress
     * @return a folder that looks like the model's repository
     * @throws HubException if the hub does not give what is needed; what was fetched stays
     * @throws IOException if the staging folder cannot be read or written
     */
    public Path run(DownloadListener listener) throws IOException {
        RemoteRepository asked = new RemoteRepository(new HubClient(settings), model);
        SmallFetch.SmallFile config = ModelFetch.config(asked, listener);
        String commit = config.head().commit().orElse(null);
        fetched = commit == null ? model : model.at(commit);
        staging.begin(model, commit);
        staging.write(ModelFetch.CONFIG, config.content());
        ModelFetch fetch =
                new ModelFetch(commit == null ? asked : asked.pinnedTo(commit), staging, listener);
        fetch.fetchTokenizer();
        fetch.fetchWeights();
        return staging.model();
    }

    /**
     * Returns exactly what {@link #run} has fetched.
     *
     * @return the model at the commit that the hub named; as it was asked for if it named none, or
     *     before
     */
    public HubModel fetched() {
        return fetched;
    }

    /**
     * Deletes what was fetched, and the staging folder unless something else is in it. The download
     * is over with it.
     *
     * @throws IOException if something cannot be deleted
     */
    public void delete() throws IOException {
        staging.delete();
    }

    /** Releases the staging folder for another download, and keeps its files. */
    @Override
    public void close() {
        staging.close();
    }
}
