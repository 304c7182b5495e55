package io.forestage.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Has a reader read a file of any bytes: it must return tensors or throw its own exception. */
public final class FuzzedFile {

    /** The size of the largest tensor that is read, in bytes. Those of valid files are smaller. */
    private static final long MAX_READ = 1 << 20;

    /** Files without a time limit, while the reader's classes are loaded. */
    private static final int WARM_UP_FILES = 100;

    private static final AtomicLong FILES = new AtomicLong();

    private FuzzedFile() {}

    /** The reader under test. */
    @FunctionalInterface
    public interface Reader {
        WeightFile open(Path file) throws WeightFileException;
    }

    public static void read(String name, byte[] bytes, Reader reader) throws IOException {
        read(write(name, bytes), reader);
    }

    /** Returns the folder of {@link #write}. */
    public static Path folder() {
        return Folder.PATH;
    }

    /** Writes bytes to a file and replaces an older one of that name. */
    public static Path write(String name, byte[] bytes) throws IOException {
        return Files.write(Folder.PATH.resolve(name), bytes);
    }

    /** Reads a whole file, within a second of processor time once the classes are loaded. */
    public static void read(Path path, Reader reader) throws IOException {
        long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        readAll(path, reader);
        long taken = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin;
        if (FILES.incrementAndGet() > WARM_UP_FILES) {
            assertThat(Duration.ofNanos(taken)).isLessThan(Duration.ofSeconds(1));
        }
    }

    private static void readAll(Path path, Reader reader) throws IOException {
        try (WeightFile file = reader.open(path)) {
            for (TensorEntry tensor : file.tensors()) {
                if (tensor.byteSize() <= MAX_READ) {
                    readThrough(file, tensor);
                }
            }
        } catch (WeightFileException refused) {
            assertThat(refused).hasMessageContainingAll("expected ", "found ", "; ");
        }
    }

    private static void readThrough(WeightFile file, TensorEntry tensor) throws IOException {
        CountingChannel channel = new CountingChannel();
        file.transferTo(tensor, channel);
        assertThat(channel.count).isEqualTo(tensor.byteSize());
        if (tensor.type().isFloatingPoint()) {
            file.readFloats(
                    tensor, ByteBuffer.allocate(Math.toIntExact(tensor.elementCount() * 4)));
        }
    }

    /** One folder for the whole process: one for each file would be slow to make and delete. */
    private static final class Folder {

        static final Path PATH = make();

        private static Path make() {
            try {
                Path shared = Path.of("/dev/shm");
                Path folder =
                        Files.isWritable(shared)
                                ? Files.createTempDirectory(shared, "forestage-fuzz")
                                : Files.createTempDirectory("forestage-fuzz");
                Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
                return folder;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void delete(Path folder) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
                Files.delete(folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class CountingChannel implements WritableByteChannel {

        private long count;

        @Override
        public int write(ByteBuffer bytes) {
            int written = bytes.remaining();
            bytes.position(bytes.limit());
            count += written;
            return written;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
