package io.forestage.hub.cache;

import io.forestage.hub.HubModel;
import io.forestage.model.ImportOptions;
import io.forestage.support.FailureReason;
import io.forestage.support.Quoted;
import io.forestage.weights.files.AtomicFile;
import io.forestage.weights.files.LockFile;
import io.forestage.weights.files.OwnFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of a model of the hub. A model in huggingface_hub's own cache is used where it is.
 * Otherwise the tables are fetched by range requests, 157 MB of GPT-2's 548, into {@code
 * HF_HOME/forestage}: such a slim file must not pose as the repository's in huggingface_hub's
 * cache. Whole models are in its subfolder {@code whole}; one that is there serves for its tables
 * too.
 *
 * <p>What is there is used without a request: a branch that has moved since is not noticed. Give a
 * commit for a certain version, or delete the folder for the newest one.
 */
public final class HubCache {

    private static final Logger LOGGER = LoggerFactory.getLogger(HubCache.class);

    private static final Pattern FOLDER = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}|at-[^/\\\\]+");
    private static final long WAIT_MILLIS = 100;

    private final HubModel model;
    private final HubOptions options;
    private final boolean whole;
    private final Path cache;
    private final Path own;

    private HubCache(HubModel model, HubOptions options, boolean whole) throws IOException {
        this.model = model;
        this.options = options;
        this.whole = whole;
        cache = options.environment().cache();
        own =
                options.environment()
                        .home()
                        .resolve(whole ? "forestage/whole" : "forestage")
                        .resolve(SnapshotSearch.folderName(model.name()));
    }

    /**
     * Returns a model's folder, and fetches the model if it is not there. Of several callers, in
     * this process and in others, one fetches and the others wait.
     *
     * @param name {@code gpt2}, {@code gpt2-medium}, {@code gpt2-large}, {@code gpt2-xl}, {@code
     *     distilgpt2} or {@code OWNER/NAME}, each with or without {@code @REVISION}
     * @param options where to look, and how to fetch
     * @return a model folder; do not write to it
     * @throws IOException if the name is invalid, if the model is not on the disk and {@code
     *     HF_HUB_OFFLINE} is set, or if it cannot be fetched
     */
    public static Path folder(String name, HubOptions options) throws IOException {
        return new HubCache(options.model(name), options, false).folder();
    }

    /**
     * Returns the folder of a whole model, with its transformer blocks, and fetches the model if it
     * is not there: all its weights, 548 MB for GPT-2.
     *
     * @param name as for {@link #folder(String, HubOptions)}
     * @param options where to look, and how to fetch
     * @return a model folder; do not write to it
     * @throws IOException as {@link #folder(String, HubOptions)}, also if the hub's model has other
     *     blocks than GPT-2's
     */
    public static Path wholeFolder(String name, HubOptions options) throws IOException {
        return new HubCache(options.model(name), options, true).folder();
    }

    /**
     * Returns a model's path if a file or folder has that name, else the folder of the model on the
     * hub.
     *
     * @param pathOrName a path, or a name as for {@link #folder(String, HubOptions)}
     * @param options where to look, and how to fetch
     * @return a model folder or weight file; do not write to it
     * @throws IOException as {@link #folder(String, HubOptions)}, also for a path where nothing is
     */
    public static Path folderOrPath(String pathOrName, HubOptions options) throws IOException {
        NamedModel model = new NamedModel(pathOrName);
        Optional<Path> local = model.local();
        return local.isPresent() ? local.get() : folder(model.onHub().toString(), options);
    }

    private Path folder() throws IOException {
        Optional<Path> found = find();
        if (found.isPresent()) {
            return found.get();
        }
        if (options.environment().isOffline()) {
            throw new IOException(
                    Quoted.line(
                            "%s: expected the model in %s or %s, found none complete, and %s is set; unset it to fetch the model"
                                    .formatted(model, cache, own, HubEnvironment.OFFLINE)));
        }
        makeOwn();
        LockFile held = lock();
        try {
            found = find();
            return found.isPresent() ? found.get() : fetch();
        } finally {
            held.close();
        }
    }

    private void makeOwn() throws IOException {
        try {
            OwnFiles.makeFolder(own);
        } catch (FileSystemException failure) {
            throw new IOException(
                    Quoted.line(
                            "%s: expected a folder that can be written, for the model's files, found %s; set %s to one"
                                    .formatted(
                                            own, FailureReason.of(failure), HubEnvironment.HOME)),
                    failure);
        }
    }

    private Optional<Path> find() throws IOException {
        Optional<Path> fetchedBefore = findOwn();
        if (fetchedBefore.isEmpty() && !whole) {
            fetchedBefore = new HubCache(model, options, true).findOwn();
        }
        return fetchedBefore.isPresent()
                ? fetchedBefore
                : new SnapshotSearch(cache, model, whole).find();
    }

    private Optional<Path> findOwn() throws IOException {
        Path commit = own.resolve(model.revision());
        if (FOLDER.matcher(model.revision()).matches() && Files.isDirectory(commit)) {
            return Optional.of(commit);
        }
        Path reference = reference();
        if (!Files.isRegularFile(reference, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(reference)) {
            String name = new String(in.readNBytes(1000), StandardCharsets.UTF_8);
            return Optional.of(name)
                    .filter(text -> FOLDER.matcher(text).matches())
                    .map(own::resolve)
                    .filter(Files::isDirectory);
        }
    }

    /** A file for each revision, since a revision may have the name of another's folder. */
    private Path reference() {
        return own.resolve("refs").resolve(plainRevision());
    }

    private String plainRevision() {
        return model.revision().replace("/", "%2F");
    }

    private Path fetch() throws IOException {
        ImportOptions replacing = ImportOptions.defaults().withForce();
        Path folder =
                new HubImport(model, options)
                        .into(
                                this::folderOf,
                                own.resolve("download"),
                                whole ? replacing.withWhole() : replacing)
                        .target();
        OwnFiles.makeFolder(own.resolve("refs"));
        byte[] name = folder.getFileName().toString().getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(reference(), channel -> channel.write(ByteBuffer.wrap(name)));
        return folder;
    }

    /** A server that names no commit has only its revisions. */
    private Path folderOf(HubModel fetched) {
        boolean isCommit = !fetched.revision().equals(model.revision());
        return own.resolve(
                isCommit || FOLDER.matcher(fetched.revision()).matches()
                        ? fetched.revision()
                        : "at-" + plainRevision());
    }

    private LockFile lock() throws IOException {
        Path file = own.resolve("lock");
        boolean isSaid = false;
        try {
            while (true) {
                Optional<LockFile> lock = LockFile.take(file);
                if (lock.isPresent()) {
                    return lock.get();
                }
                if (!isSaid) {
                    isSaid = true;
                    LOGGER.info(
                            "{} is being fetched elsewhere: waiting for the lock {}",
                            Quoted.line(model.toString()),
                            Quoted.line(file.toString()));
                }
                Thread.sleep(WAIT_MILLIS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            InterruptedIOException failure =
                    new InterruptedIOException(
                            "%s: interrupted while another download of it was running"
                                    .formatted(model));
            failure.initCause(interrupted);
            throw failure;
        }
    }
}
