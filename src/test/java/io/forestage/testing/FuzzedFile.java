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

/**
 * Gives a reader a file of any bytes and holds it to its promise: tensors, or its own exception.
 */
public final class FuzzedFile {

    /** More than any seed's tensors take; a tensor beyond it is opened but not read. */
    private static final long MOST_READ = 1 << 20;

    /** How many files it takes until the reader's classes are loaded. */
    private static final int COLD = 100;

    private static final AtomicLong FILES = new AtomicLong();

    private FuzzedFile() {}

    /** What is under test. */
    @FunctionalInterface
    public interface Reader {
        WeightFile open(Path file) throws WeightFileException;
    }

    public static void read(String name, byte[] bytes, Reader reader) throws IOException {
        read(write(name, bytes), reader);
    }

    /** Where {@link #write} writes. */
    public static Path folder() {
        return Folder.PATH;
    }

    /** Writes the bytes where a reader can open them, over the last that were of that name. */
    public static Path write(String name, byte[] bytes) throws IOException {
        return Files.write(Folder.PATH.resolve(name), bytes);
    }

    /** Reads all of a file; within a second of the processor, once the classes are loaded. */
    public static void read(Path path, Reader reader) throws IOException {
        long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        readAll(path, reader);
        long taken = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin;
        if (FILES.incrementAndGet() > COLD) {
            assertThat(Duration.ofNanos(taken)).isLessThan(Duration.ofSeconds(1));
        }
    }

    private static void readAll(Path path, Reader reader) throws IOException {
        try (WeightFile file = reader.open(path)) {
            for (TensorEntry tensor : file.tensors()) {
                if (tensor.byteSize() <= MOST_READ) {
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

    /** One folder for the whole process: millions of them would be slow to make and to delete. */
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
