package io.forestage.model;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.forestage.torch.FileMapping;
import io.forestage.weights.ElementType;
import io.forestage.weights.FileRegion;
import io.forestage.weights.MappedFile;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.checkpoint.LocatedTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Loads many tensors as float32 arrays. Those that can be mapped are views of one mapping a file,
 * since a mapping costs some milliseconds; the others are read.
 */
public final class TensorLoader {

    private final NDManager manager;
    private final boolean copy;

    /**
     * Makes a loader.
     *
     * @param manager the owner of the arrays, which lie on its device
     * @param copy true to read every tensor into memory
     */
    public TensorLoader(NDManager manager, boolean copy) {
        this.manager = manager;
        this.copy = copy;
    }

    /**
     * Loaded tensors.
     *
     * @param arrays an array for each tensor, of its shape
     * @param files the mapped files
     */
    public record Loaded(List<NDArray> arrays, MappedFiles files) {}

    /**
     * Loads tensors of open files.
     *
     * @param tensors the tensors, of a floating-point type
     * @return their arrays, in the same order
     * @throws WeightFileException if a tensor cannot be read, or a file was changed meanwhile
     */
    public Loaded load(List<LocatedTensor> tensors) throws WeightFileException {
        List<NDArray> arrays = new ArrayList<>();
        Map<Path, MappedFile> files = new LinkedHashMap<>();
        try (NDManager scratch = manager.newSubManager()) {
            boolean mapping = !copy && manager.getDevice().equals(Device.cpu());
            Map<Path, Mapping> mappings = mapping ? mappings(tensors, scratch) : new HashMap<>();
            for (LocatedTensor tensor : tensors) {
                FileRegion region = aligned(tensor);
                Mapping whole = region == null ? null : mappings.get(region.file());
                if (region == null || whole == null) {
                    arrays.add(read(tensor, files));
                } else {
                    arrays.add(whole.view(region, tensor, manager));
                    tensor.file()
                            .mapped(tensor.entry())
                            .ifPresent(file -> files.put(region.file(), file));
                }
            }
            for (LocatedTensor tensor : tensors) {
                // The mapping opened the path again: it must be the file whose header was read.
                tensor.file().requireUnchanged();
            }
            return new Loaded(List.copyOf(arrays), new MappedFiles(files.values()));
        } catch (WeightFileException | RuntimeException e) {
            arrays.forEach(NDArray::close);
            throw e;
        }
    }

    private NDArray read(LocatedTensor tensor, Map<Path, MappedFile> files)
            throws WeightFileException {
        TableLoader.Table table =
                new TableLoader(manager, copy)
                        .load(tensor.file(), tensor.entry(), tensor.entry().shape());
        MappedFile mapped = table.mapped();
        if (mapped != null) {
            files.put(tensor.file().path(), mapped);
        }
        return table.array();
    }

    /** One mapping of each file from its first tensor to its last. */
    private static Map<Path, Mapping> mappings(List<LocatedTensor> tensors, NDManager scratch) {
        Map<Path, long[]> ranges = new LinkedHashMap<>();
        for (LocatedTensor tensor : tensors) {
            FileRegion region = aligned(tensor);
            if (region != null) {
                long begin = region.offset();
                long end = begin + tensor.entry().byteSize();
                long[] range =
                        ranges.computeIfAbsent(region.file(), file -> new long[] {begin, end});
                range[0] = Math.min(range[0], begin);
                range[1] = Math.max(range[1], end);
            }
        }
        Map<Path, Mapping> mappings = new HashMap<>();
        ranges.forEach(
                (file, range) -> {
                    try {
                        Shape values = new Shape((range[1] - range[0]) / Float.BYTES);
                        mappings.put(
                                file,
                                new Mapping(
                                        FileMapping.mapFloats(scratch, file, range[0], values),
                                        range[0]));
                    } catch (EngineException refused) {
                        // Each tensor is then loaded alone, and read if it cannot be mapped.
                    }
                });
        return mappings;
    }

    /** The place of float32 values that a mapping of the file can show; null for others. */
    private static @Nullable FileRegion aligned(LocatedTensor tensor) {
        if (tensor.entry().type() != ElementType.F32 || tensor.entry().elementCount() == 0) {
            return null;
        }
        FileRegion region = tensor.file().region(tensor.entry()).orElse(null);
        return region == null || region.offset() % Float.BYTES != 0 ? null : region;
    }

    private record Mapping(NDArray values, long offset) {

        NDArray view(FileRegion region, LocatedTensor tensor, NDManager manager) {
            long begin = (region.offset() - offset) / Float.BYTES;
            long end = begin + tensor.entry().elementCount();
            long[] shape = tensor.entry().shape().stream().mapToLong(Long::longValue).toArray();
            try (NDArray flat = values.get(new NDIndex("{}:{}", begin, end))) {
                NDArray view = flat.reshape(new Shape(shape));
                view.attach(manager);
                return view;
            }
        }
    }
}
