package io.forestage.weights.tensorflow;

import static io.forestage.weights.tensorflow.Table.key;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.forestage.testing.FuzzedFile;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * For any bytes, the reader returns tensors or throws its own exception. Each part of an index has
 * a checksum; therefore each part is fuzzed separately, with correct checksums.
 */
class TensorFlowCheckpointFuzzTest {

    private static final byte[] DATA = new byte[4096];

    @FuzzTest(maxDuration = "10s")
    void index(byte[] bytes) throws IOException {
        read(RepairedTable.of(bytes));
    }

    @FuzzTest(maxDuration = "10s")
    void block(byte[] bytes) throws IOException {
        read(new Table().add("\uffff", bytes).finish());
    }

    @FuzzTest(maxDuration = "10s")
    void entry(byte[] bytes) throws IOException {
        read(Table.of("a", bytes));
    }

    @FuzzTest(maxDuration = "10s")
    void header(byte[] bytes) throws IOException {
        byte[] tensor = Proto.floats(0, Arrays.copyOf(DATA, 8), 2);
        read(Table.of(key(0, "", bytes), key(0, "a", tensor)));
    }

    @FuzzTest(maxDuration = "10s")
    void snappy(byte[] bytes) {
        int max = 1 << 20;
        try {
            ByteBuffer packed = ByteBuffer.wrap(bytes);
            ByteBuffer unpacked = new Snappy(NoBytes.NOWHERE, "it", packed, max).unpack();
            assertThat(unpacked.remaining()).isBetween(0, Math.min(max, 22 * bytes.length));
        } catch (WeightFileException refused) {
            assertThat(refused).hasMessageContainingAll("expected ", "found ", "; ");
        }
    }

    private static void read(byte[] index) throws IOException {
        FuzzedFile.read("model.ckpt.index", index, TensorFlowCheckpointFuzzTest::open);
    }

    private static WeightFile open(Path index) throws WeightFileException {
        CheckpointFiles.write(index.resolveSibling("model.ckpt.data-00000-of-00001"), DATA);
        return TensorFlowCheckpoint.open(index);
    }
}
