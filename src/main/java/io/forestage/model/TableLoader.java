package io.forestage.model;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.forestage.support.Quoted;
import io.forestage.torch.FileMapping;
import io.forestage.torch.HostMemory;
import io.forestage.torch.TorchEngine;
import io.forestage.weights.ElementType;
import io.forestage.weights.FileRegion;
import io.forestage.weights.MappedFile;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads a tensor of a file as a float32 array: mapped if the bytes can be used unchanged and no
 * copy is requested, otherwise read and widened.
 */
final class TableLoader {

    private static final Logger LOGGER = LoggerFactory.getLogger(TableLoader.class);

    private final NDManager manager;
    private final boolean copy;

    TableLoader(NDManager manager, boolean copy) {
        this.manager = manager;
        this.copy = copy;
    }

    /** An array on the manager's device. */
    Table load(WeightFile file, TensorEntry entry, List<Long> dimensions)
            throws WeightFileException {
        Shape shape = new Shape(dimensions.stream().mapToLong(Long::longValue).toArray());
        if (manager.getDevice().equals(Device.cpu())) {
            return onTheCpu(manager, file, entry, shape);
        }
        try (NDManager host = TorchEngine.get().newBaseManager(Device.cpu())) {
            NDArray onHost = onTheCpu(host, file, entry, shape).array();
            NDArray onDevice = onHost.toDevice(manager.getDevice(), true);
            onDevice.attach(manager);
            return new Table(onDevice, null);
        }
    }

    private Table onTheCpu(NDManager manager, WeightFile file, TensorEntry entry, Shape shape)
            throws WeightFileException {
        Table mapped = copy && fits(entry) ? null : map(manager, file, entry, shape);
        Table table = mapped == null ? new Table(read(manager, file, entry, shape), null) : mapped;
        if (copy && table.mapped() != null) {
            // Too large to be read at once. The check below covers these bytes.
            try (NDArray pages = table.array()) {
                table = new Table(pages.duplicate(), null);
            }
        }
        try {
            // The mapping opened the path again: it must be the file whose header was read.
            file.requireUnchanged();
        } catch (WeightFileException e) {
            table.array().close();
            throw e;
        }
        return table;
    }

    private static @Nullable Table map(
            NDManager manager, WeightFile file, TensorEntry entry, Shape shape) {
        if (entry.type() != ElementType.F32) {
            return null;
        }
        FileRegion region = file.region(entry).orElse(null);
        if (region == null) {
            return null;
        }
        try {
            NDArray array = FileMapping.mapFloats(manager, region.file(), region.offset(), shape);
            // A table at an unaligned offset was copied.
            boolean isMapped = region.offset() % Float.BYTES == 0;
            return new Table(array, isMapped ? file.mapped(entry).orElse(null) : null);
        } catch (EngineException | IllegalArgumentException e) {
            // Some systems refuse to map a large file; reading needs memory only for the table.
            LOGGER.info(
                    "{} is read, as it cannot be mapped", Quoted.line(file.path().toString()), e);
            return null;
        }
    }

    private static NDArray read(NDManager manager, WeightFile file, TensorEntry entry, Shape shape)
            throws WeightFileException {
        if (!fits(entry)) {
            throw new WeightFileException(
                    file.path(),
                    entry.name(),
                    "at most 2 GiB of float32, or F32 values that can be mapped",
                    "%s %s".formatted(entry.type(), entry.shape()),
                    "store the table as F32");
        }
        NDArray array = manager.create(shape, DataType.FLOAT32);
        try {
            file.readFloats(entry, HostMemory.of(array));
            return array;
        } catch (WeightFileException e) {
            array.close();
            throw e;
        }
    }

    private static boolean fits(TensorEntry entry) {
        return entry.elementCount() <= Integer.MAX_VALUE / Float.BYTES;
    }

    /**
     * A loaded table.
     *
     * @param array its values
     * @param mapped the mapped file; null if the values were copied
     */
    record Table(NDArray array, @Nullable MappedFile mapped) {}
}
