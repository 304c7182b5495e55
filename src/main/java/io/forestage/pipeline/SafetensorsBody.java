package io.forestage.pipeline;

import io.forestage.weights.ByteSource;
import io.forestage.weights.StoredTensor;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.safetensors.SafetensorsFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arrays as safetensors, checked as strictly as a file. */
final class SafetensorsBody implements ByteSource {

    /** The name of the body in messages. */
    private static final Path NAME = Path.of("body");

    private final ByteBuffer bytes;

    private SafetensorsBody(byte[] body) {
        bytes = ByteBuffer.wrap(body);
    }

    static RequestBody read(byte[] body, RequestLimits limits) {
        try (SafetensorsBody safetensors = new SafetensorsBody(body)) {
            return IdArray.toBody(safetensors.arrays(limits));
        } catch (WeightFileException e) {
            throw RequestException.malformed(String.valueOf(e.getMessage()));
        }
    }

    private List<IdArray> arrays(RequestLimits limits) throws WeightFileException {
        List<StoredTensor> tensors = SafetensorsFile.tensors(this);
        if (tensors.size() > IdArray.MAX_ARRAYS) {
            throw RequestException.malformed(
                    "body: expected 1 to %d arrays, found %d"
                            .formatted(IdArray.MAX_ARRAYS, tensors.size()));
        }
        List<IdArray> arrays = new ArrayList<>();
        for (StoredTensor tensor : tensors) {
            TensorEntry entry = tensor.entry();
            IdArray.Type type = IdArray.Type.ofSafetensors(entry.name(), entry.type().name());
            ByteBuffer values =
                    bytes.slice((int) tensor.place().offset(), (int) entry.byteSize())
                            .order(ByteOrder.LITTLE_ENDIAN);
            arrays.add(IdArray.read(entry.name(), entry.shape(), values, type, limits));
        }
        return arrays;
    }

    @Override
    public long size() {
        return bytes.capacity();
    }

    @Override
    public void read(@Nullable String tensor, long position, ByteBuffer into) {
        into.put(bytes.slice((int) position, into.remaining()));
    }

    @Override
    public void requireUnchanged() {}

    @Override
    public WeightFileException problem(
            @Nullable String tensor, String expected, String found, String remedy) {
        return new WeightFileException(
                NAME, tensor, expected, found, "send arrays of ids as safetensors writes them");
    }

    @Override
    public void close() {}
}
