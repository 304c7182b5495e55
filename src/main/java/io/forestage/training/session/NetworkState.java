package io.forestage.training.session;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import io.forestage.training.TrainingDevices;
import io.forestage.weights.ElementType;
import io.forestage.weights.FileRegion;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * A network's trained parameters and its optimiser's state as tensors of a checkpoint. Frozen
 * parameters are left out: the model that the training starts from has them.
 *
 * @param network the network
 * @param devices the devices that it is trained on
 */
record NetworkState(Network network, TrainingDevices devices) {

    private static final String PARAMETER = "parameter ";
    private static final String OPTIMIZER = "optimizer";

    List<TensorSource> tensors() throws IOException {
        List<TensorSource> tensors = new ArrayList<>();
        for (Pair<String, Parameter> trained : trained()) {
            tensors.add(
                    ParameterRows.of(PARAMETER + trained.getKey(), trained.getValue().getArray())
                            .as(ElementType.F32));
        }
        ByteCounter counter = new ByteCounter();
        writeOptimizer(counter);
        tensors.add(
                new TensorSource(
                        OPTIMIZER,
                        ElementType.U8,
                        List.of(counter.count),
                        channel -> writeOptimizer(Channels.newOutputStream(channel))));
        return tensors;
    }

    void restore(WeightFile checkpoint) throws IOException {
        for (Pair<String, Parameter> trained : trained()) {
            fill(checkpoint, PARAMETER + trained.getKey(), trained.getValue().getArray());
        }
        TensorEntry entry = checkpoint.require(OPTIMIZER);
        FileRegion region = checkpoint.region(entry).orElseThrow();
        try (FileChannel channel = FileChannel.open(region.file())) {
            channel.position(region.offset());
            network.optimizer()
                    .loadState(
                            network.block(),
                            new DataInputStream(
                                    new BufferedInputStream(
                                            new FirstBytes(
                                                    Channels.newInputStream(channel),
                                                    entry.byteSize()))),
                            devices.devices().toArray(Device[]::new));
        } catch (IOException e) {
            // The optimiser reads a stream: it cannot name the file.
            throw new IOException(
                    "%s: %s: %s; start over with --force"
                            .formatted(checkpoint.path(), OPTIMIZER, e.getMessage()),
                    e);
        }
    }

    boolean isFinite() {
        for (Pair<String, Parameter> trained : trained()) {
            NDArray array = trained.getValue().getArray();
            try (NDManager scratch = array.getManager().newSubManager()) {
                NDArray values = array.stopGradient();
                values.attach(scratch);
                // 0, or NaN if any value is not finite
                if (values.mul(0).sum().getFloat() != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private List<Pair<String, Parameter>> trained() {
        List<Pair<String, Parameter>> trained = new ArrayList<>();
        for (Pair<String, Parameter> each : network.block().getParameters()) {
            if (each.getValue().requiresGradient()) {
                trained.add(each);
            }
        }
        return trained;
    }

    private void writeOptimizer(OutputStream out) throws IOException {
        DataOutputStream data = new DataOutputStream(new BufferedOutputStream(out));
        network.optimizer().saveState(network.block(), data);
        data.flush();
    }

    private static void fill(WeightFile checkpoint, String name, NDArray array) throws IOException {
        TensorEntry entry = checkpoint.require(name);
        if (entry.type() != ElementType.F32 || entry.elementCount() != array.size()) {
            throw new WeightFileException(
                    checkpoint.path(),
                    name,
                    "F32 of %d values".formatted(array.size()),
                    "%s %s".formatted(entry.type(), entry.shape()),
                    "start over with --force");
        }
        ByteBuffer values =
                ByteBuffer.allocateDirect(Math.toIntExact(entry.byteSize()))
                        .order(ByteOrder.nativeOrder());
        checkpoint.readFloats(entry, values);
        try (NDManager scratch = array.getManager().newSubManager()) {
            // A detached array with the same values: PyTorch refuses in-place changes of one that
            // requires a gradient, unless gradients are off on the thread.
            NDArray target = array.stopGradient();
            target.attach(scratch);
            NDArray read = scratch.create(values.rewind(), array.getShape(), array.getDataType());
            target.set(new NDIndex().addAllDim(array.getShape().dimension()), read);
        }
    }

    /** Ends after the bytes of one tensor. */
    private static final class FirstBytes extends FilterInputStream {

        private long left;

        FirstBytes(InputStream in, long count) {
            super(in);
            left = count;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0 && length > 0) {
                return -1;
            }
            int count = super.read(bytes, offset, (int) Math.min(left, length));
            left -= Math.max(count, 0);
            return count;
        }
    }

    /** Counts bytes and discards them. */
    private static final class ByteCounter extends OutputStream {

        private long count;

        @Override
        public void write(int b) {
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            count += length;
        }
    }
}
