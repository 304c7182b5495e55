package io.forestage.spark;

import io.forestage.support.Digest;
import io.forestage.weights.files.AtomicFile;
import io.forestage.weights.files.LockFile;
import io.forestage.weights.files.OwnFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;

/**
 * A model of a Hadoop file system, copied once to a machine for all its executors, since a table is
 * mapped from a file. The copy is complete or not there: it gets its name when all is written. Its
 * name has the sizes and times of the files, so a model that was replaced is copied anew.
 */
final class MachineCopy {

    private static final long WAIT_MILLIS = 100;
    private static final long MAX_WAIT_NANOS = TimeUnit.HOURS.toNanos(1);

    private MachineCopy() {}

    /**
     * Copies a model, unless that was done before; waits for another executor that does it now.
     *
     * @param uri a folder, or a weight file
     * @param cache the folder for copies
     * @throws IOException if the model is not there, or cannot be copied
     */
    static Path of(String uri, Configuration hadoop, Path cache) throws IOException {
        var source = new org.apache.hadoop.fs.Path(uri);
        // Hadoop shares file systems within a process: it is not ours to close.
        FileSystem system = source.getFileSystem(hadoop);
        FileStatus status = system.getFileStatus(source);
        List<FileStatus> files =
                Arrays.stream(system.listStatus(source))
                        .filter(FileStatus::isFile)
                        .sorted(Comparator.comparing(FileStatus::getPath))
                        .toList();
        Path copy = cache.resolve(name(files));
        OwnFiles.makeFolder(cache);
        LockFile lock = await(cache.resolve(copy.getFileName() + ".lock"));
        try {
            if (!Files.isDirectory(copy)) {
                copy(system, files, copy);
            }
        } finally {
            lock.delete();
        }
        return status.isDirectory() ? copy : copy.resolve(source.getName());
    }

    private static String name(List<FileStatus> files) {
        Digest name = Digest.sha256();
        for (FileStatus file : files) {
            name.add(
                    "%s %d %d%n"
                            .formatted(file.getPath(), file.getLen(), file.getModificationTime())
                            .getBytes(StandardCharsets.UTF_8));
        }
        return name.hex().substring(0, 32);
    }

    private static void copy(FileSystem system, List<FileStatus> files, Path target)
            throws IOException {
        Path partial = target.resolveSibling(target.getFileName() + ".partial");
        if (Files.isDirectory(partial)) { // of a process that was killed
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(partial)) {
                for (Path entry : entries) {
                    Files.delete(entry);
                }
            }
        } else {
            Files.createDirectory(partial);
        }
        for (FileStatus file : files) {
            try (InputStream in = system.open(file.getPath())) {
                Files.copy(in, partial.resolve(file.getPath().getName()));
            }
        }
        AtomicFile.forceFolder(partial);
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    }

    private static LockFile await(Path file) throws IOException {
        long start = System.nanoTime();
        while (true) {
            Optional<LockFile> lock = LockFile.take(file);
            if (lock.isPresent()) {
                return lock.get();
            }
            if (System.nanoTime() - start > MAX_WAIT_NANOS) {
                throw new IOException(
                        "%s: expected another executor of this machine to copy the model within an hour, found it still locked"
                                .formatted(file));
            }
            try {
                Thread.sleep(WAIT_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw (IOException) new InterruptedIOException("the task was ended").initCause(e);
            }
        }
    }
}
