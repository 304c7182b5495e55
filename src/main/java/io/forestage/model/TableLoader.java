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
import io.forestage.torch.JoinedTables;
import io.forestage.torch.TorchEngine;
import io.forestage.weights.ElementType;
import io.forestage.weights.FileRegion;
import io.forestage.weights.MappedFile;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.checkpoint.LocatedTensor;
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

    /**
     * Loads two tables of one width so that one lies behind the other in memory: mapped if they do
     * in the file, or read if neither can be mapped.
     *
     * @return the tables, or null if each is to be loaded alone
     */
    @Nullable Together together(LocatedTensor tokens, LocatedTensor positions)
            throws WeightFileException {
        if (!manager.getDevice().equals(Device.cpu())) {
            return null;
        }
        FileRegion tokenRegion = mappable(tokens);
        FileRegion positionRegion = mappable(positions);
        if (tokenRegion == null && positionRegion == null) {
            return fits(tokens.entry()) && fits(positions.entry())
                    ? readTogether(tokens, positions)
                    : null;
        }
        if (tokenRegion == null || positionRegion == null) {
            return null;
        }
        if (isBehind(tokenRegion, positionRegion, positions)) {
            JoinedTables tables = mapTogether(positionRegion, positions, tokens);
            return tables == null
                    ? null
                    : new Together(
                            tables.both(),
                            mapped(tables.second(), tokens, tokenRegion),
                            mapped(tables.first(), positions, positionRegion),
                            rows(positions));
        }
        if (isBehind(positionRegion, tokenRegion, tokens)) {
            JoinedTables tables = mapTogether(tokenRegion, tokens, positions);
            return tables == null
                    ? null
                    : new Together(
                            tables.both(),
                            mapped(tables.first(), tokens, tokenRegion),
                            mapped(tables.second(), positions, positionRegion),
                            0);
        }
        return null;
    }

    private static boolean isBehind(FileRegion region, FileRegion before, LocatedTensor table) {
        return region.file().equals(before.file())
                && region.offset() == before.offset() + table.entry().byteSize();
    }

    private @Nullable JoinedTables mapTogether(
            FileRegion begin, LocatedTensor first, LocatedTensor second)
            throws WeightFileException {
        JoinedTables tables;
        try {
            tables =
                    JoinedTables.map(
                            manager,
                            begin.file(),
                            begin.offset(),
                            rows(first),
                            rows(second),
                            first.tableShape().get(1));
        } catch (EngineException | IllegalArgumentException refused) {
            return null; // Each is then loaded alone, and read if it cannot be mapped.
        }
        try {
            first.file().requireUnchanged();
        } catch (WeightFileException e) {
            tables.close();
            throw e;
        }
        return tables;
    }

    private Together readTogether(LocatedTensor tokens, LocatedTensor positions)
            throws WeightFileException {
        JoinedTables tables =
                JoinedTables.create(
                        manager, rows(tokens), rows(positions), tokens.tableShape().get(1));
        try {
            tokens.file().readFloats(tokens.entry(), HostMemory.of(tables.first()));
            positions.file().readFloats(positions.entry(), HostMemory.of(tables.second()));
            tokens.file().requireUnchanged();
            positions.file().requireUnchanged();
        } catch (WeightFileException e) {
            tables.close();
            throw e;
        }
        return new Together(
                tables.both(),
                new Table(tables.first(), null),
                new Table(tables.second(), null),
                0);
    }

    /** A table that was mapped, or copied because its offset is not aligned. */
    private static Table mapped(NDArray array, LocatedTensor table, FileRegion region) {
        boolean isMapped = region.offset() % Float.BYTES == 0;
        return new Table(array, isMapped ? table.file().mapped(table.entry()).orElse(null) : null);
    }

    private static long rows(LocatedTensor table) {
        return table.tableShape().get(0);
    }

    private @Nullable FileRegion mappable(LocatedTensor table) {
        return copy || table.entry().type() != ElementType.F32
                ? null
                : table.file()
                        .region(table.entry())
                        .filter(region -> region.offset() % Float.BYTES == 0)
                        .orElse(null);
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
            return mapped(array, new LocatedTensor(file, entry), region);
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

    /**
     * Two loaded tables.
     *
     * @param both an array over the memory of both
     * @param tokens wte
     * @param positions wpe
     * @param firstToken where wte begins among the rows of both
     */
    record Together(NDArray both, Table tokens, Table positions, long firstToken) {}
}
