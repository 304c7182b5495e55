package io.forestage.corpus;

import io.forestage.weights.files.AtomicFile;
import io.forestage.weights.files.LockFile;
import io.forestage.weights.files.OwnFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The folder {@code OUTPUT.partial} of a run that is not finished: the files that grow, and the
 * state, which is replaced as a whole once they are on the disk.
 */
final class WorkFolder implements AutoCloseable {

    private static final String SUFFIX = ".partial";
    private static final String STATE = "state.json";

    private final Path folder;
    private final LockFile lock;
    private final CorpusState start;
    private final Map<String, AppendFile> files = new LinkedHashMap<>();

    /** Takes a state over. */
    private WorkFolder(Path folder, LockFile lock, CorpusState start) {
        this.folder = folder;
        this.lock = lock;
        this.start = start;
    }

    /** Returns the folder of an output. */
    static Path of(Path output) {
        return output.resolveSibling(output.getFileName() + SUFFIX);
    }

    /** Returns whether an output has an interrupted run. */
    static boolean isInterrupted(Path output) {
        return Files.exists(of(output).resolve(STATE), LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Opens the folder of an output.
     *
     * @param resume whether an interrupted run goes on; without one, a run begins
     * @throws CorpusException if there is an interrupted run of another kind, or it may not go on
     */
    static WorkFolder open(Path output, Map<String, String> identity, boolean resume)
            throws IOException {
        Path folder = of(output);
        OwnFiles.makeFolder(folder);
        LockFile lock =
                LockFile.take(folder.resolve("lock"))
                        .orElseThrow(
                                () ->
                                        new CorpusException(
                                                "%s: expected no other run, found one that writes it; wait for it"
                                                        .formatted(output)));
        try {
            boolean isInterrupted = isInterrupted(output);
            if (isInterrupted && !resume) {
                throw new CorpusException(
                        "%s: expected no interrupted run of this output, found one; resume it, or delete the folder to begin anew"
                                .formatted(folder));
            }
            CorpusState start =
                    isInterrupted
                            ? CorpusState.read(folder.resolve(STATE))
                            : CorpusState.atStart(identity);
            requireSame(folder, start.identity(), identity);
            WorkFolder opened = new WorkFolder(folder, lock, start);
            if (!isInterrupted) {
                opened.save(start); // from here on, there is something to resume
            }
            return opened;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Returns where the run starts. */
    CorpusState start() {
        return start;
    }

    /** Opens a file that grows, cut to the size that the state has. The folder closes it. */
    AppendFile append(String name) throws IOException {
        Path path = file(name);
        OwnFiles.requireFileOrNone(path);
        AppendFile file = new AppendFile(path, start.size(name));
        files.put(name, file);
        return file;
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** Writes the growing files to the disk, and then the state that describes them. */
    void save(Position end, CorpusState.Counts counts) throws IOException {
        Map<String, Long> sizes = new LinkedHashMap<>();
        for (Map.Entry<String, AppendFile> each : files.entrySet()) {
            each.getValue().force();
            sizes.put(each.getKey(), each.getValue().size());
        }
        save(new CorpusState(start.identity(), end, counts, sizes));
    }

    private void save(CorpusState state) throws IOException {
        byte[] json = state.toJson().getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file(STATE), channel -> channel.write(ByteBuffer.wrap(json)));
    }

    /** Moves a finished file out of the folder. */
    void move(String name, Path target) throws IOException {
        Files.move(file(name), target, StandardCopyOption.ATOMIC_MOVE);
        AtomicFile.forceFolder(folder(target));
    }

    /** Deletes the folder of a finished run. */
    void delete() throws IOException {
        // The state goes first: without it, nothing is left to resume.
        Files.deleteIfExists(file(STATE));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                if (!file.getFileName().toString().equals("lock")) {
                    Files.deleteIfExists(file);
                }
            }
        }
        lock.delete();
        Files.deleteIfExists(folder);
    }

    @Override
    public void close() {
        files.values().forEach(AppendFile::close);
        lock.close();
    }

    private static Path folder(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null ? file.toAbsolutePath() : folder;
    }

    private static void requireSame(Path folder, Map<String, String> began, Map<String, String> now)
            throws CorpusException {
        for (Map.Entry<String, String> each : began.entrySet()) {
            String found = now.getOrDefault(each.getKey(), "none");
            if (!each.getValue().equals(found)) {
                throw new CorpusException(
                        "%s: expected %s, as when the interrupted run began, found %s; use the same, or delete the folder %s to begin anew"
                                .formatted(each.getKey(), each.getValue(), found, folder));
            }
        }
        for (String name : now.keySet()) {
            if (!began.containsKey(name)) {
                throw new CorpusException(
                        "%s: expected none, as when the interrupted run began, found %s; leave it out, or delete the folder %s to begin anew"
                                .formatted(name, now.get(name), folder));
            }
        }
    }
}
