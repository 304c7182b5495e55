package io.forestage.torch;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Maps float32 arrays from a file into memory, without a copy.
 *
 * <p>The mapping is private: a page is read at its first use, and a write (training, an in-place
 * operation) copies the page in memory and never changes the file. The file is opened for reading
 * only, so it may lack write permission or be on a read-only file system. The memory belongs to
 * libtorch and is unmapped with the last array over it. A file that is replaced by rename stays
 * mapped as it was. A file that is <em>overwritten or truncated in place</em> changes under the
 * array, and then the operating system may end the process.
 *
 * <p>Java's {@link java.nio.channels.FileChannel#map} cannot do this: it requires write permission
 * for a private mapping, is limited to 2 GiB, and the garbage collector unmaps it while a view of
 * the array may still be in use.
 */
public final class FileMapping {

    private static final String MODULE = "file-mapping.pt";

    /**
     * One module for all mappings, never closed. DJL needs four megabytes of Java's heap to load a
     * module, and loading one for each table fragments native memory: a process that opens and
     * closes models would grow.
     */
    private static @Nullable ScriptedOperations operations;

    private FileMapping() {}

    /**
     * Maps float32 values of a file on the CPU. Copies them instead if their offset is not a
     * multiple of 4.
     *
     * @param manager the owner of the array; a manager of the PyTorch engine
     * @param file the file
     * @param offset the offset of the first value, in bytes
     * @param shape the array's shape
     * @return float32
     * @throws IllegalArgumentException if the offset is negative, or if it is not a multiple of 4
     *     and the array is larger than 2 GiB
     * @throws EngineException if the system refuses the mapping, or the file is too short
     */
    public static NDArray mapFloats(NDManager manager, Path file, long offset, Shape shape) {
        boolean aligned = offset % Float.BYTES == 0;
        if (offset < 0 || (!aligned && shape.size() > Integer.MAX_VALUE / Float.BYTES)) {
            throw new IllegalArgumentException(
                    "offset: expected at least 0, and a multiple of 4 for an array of %d values, found %d"
                            .formatted(shape.size(), offset));
        }
        // TorchScript optimises a method in its first calls, which costs more than the calls. The
        // setting that turns this off is per thread, so a new thread does the call: the caller's
        // setting must not change.
        CompletableFuture<NDArray> mapped = new CompletableFuture<>();
        Thread mapper =
                new Thread(
                        () -> {
                            try {
                                JniUtils.setGraphExecutorOptimize(false);
                                mapped.complete(
                                        aligned
                                                ? mapAligned(manager, file, offset, shape)
                                                : mapUnaligned(manager, file, offset, shape));
                            } catch (RuntimeException | Error e) {
                                mapped.completeExceptionally(e);
                            }
                        },
                        "forestage-file-mapping");
        mapper.setDaemon(true);
        mapper.start();
        try {
            return mapped.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof EngineException refused) {
                throw refused;
            }
            throw e;
        }
    }

    /**
     * Splits a table into two that lie in its memory.
     *
     * @param table (rows, D)
     * @param row the first row of the second part
     * @return both parts, in the manager of the table
     */
    static NDList split(NDArray table, long row) {
        try (NDArray place = NativeMemory.of(table.getManager(), new long[] {row}, new Shape(1))) {
            return operations().runForList("split", table, place);
        }
    }

    private static NDArray mapAligned(NDManager manager, Path file, long offset, Shape shape) {
        return map(manager, file, "map_floats", offset / Float.BYTES, shape);
    }

    private static NDArray mapUnaligned(NDManager manager, Path file, long offset, Shape shape) {
        // libtorch has no unaligned float arrays, and a view made in Java would not keep the
        // mapping
        // alive.
        Shape length = new Shape(shape.size() * Float.BYTES);
        try (NDArray bytes = map(manager, file, "map_bytes", offset, length)) {
            NDArray floats = manager.create(shape, DataType.FLOAT32);
            if (shape.size() > 0) {
                HostMemory.of(floats).put(HostMemory.of(bytes));
            }
            return floats;
        }
    }

    private static NDArray map(
            NDManager manager, Path file, String method, long begin, Shape shape) {
        try (NDManager scratch = manager.newSubManager()) {
            NDArray path = scratch.create(utf8(file.toAbsolutePath().toString()));
            NDArray place =
                    scratch.create(
                            LongStream.concat(LongStream.of(begin), LongStream.of(shape.getShape()))
                                    .toArray());
            NDArray mapped = operations().run(method, path, place);
            mapped.attach(manager);
            return mapped;
        }
    }

    private static synchronized ScriptedOperations operations() {
        ScriptedOperations loaded = operations;
        if (loaded == null) {
            NDManager owner = TorchEngine.get().newBaseManager(Device.cpu());
            try {
                loaded = ScriptedOperations.load(owner, MODULE);
            } catch (RuntimeException e) {
                owner.close();
                throw e;
            }
            operations = loaded;
        }
        return loaded;
    }

    private static long[] utf8(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        long[] values = new long[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            values[i] = Byte.toUnsignedLong(bytes[i]);
        }
        return values;
    }
}
