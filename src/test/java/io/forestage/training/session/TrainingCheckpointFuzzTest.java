package io.forestage.training.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.forestage.testing.FuzzedFile;
import io.forestage.testing.MutantTally;
import io.forestage.testing.Mutants;
import io.forestage.training.TrainingProgress;
import io.forestage.training.lm.TestLanguageModels;
import io.forestage.training.skipgram.TestSkipGram;
import io.forestage.weights.ElementType;
import io.forestage.weights.TensorSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeAll;

/**
 * Checkpoints with changed tensors and metadata. Our own writer writes them, so that header and
 * checksums are valid and the checks behind those are reached.
 */
class TrainingCheckpointFuzzTest {

    private static final Map<String, String> IDENTITY =
            new LinkedHashMap<>(Map.of("task", "fuzz", "options", "none", "text", "none"));

    private static final MutantTally NETWORK = new MutantTally("checkpoint of a network");
    private static final MutantTally SKIP_GRAM = new MutantTally("checkpoint of a skip-gram");

    /** Starts the engine first: that takes longer than an input may. */
    @BeforeAll
    static void makeLearners() {
        Learners.load();
    }

    @FuzzTest(maxDuration = "10s")
    void network(FuzzedDataProvider data) throws IOException {
        read(Learners.NETWORK, Learners.NETWORK_STATE, data, NETWORK);
    }

    @FuzzTest(maxDuration = "10s")
    void skipGram(FuzzedDataProvider data) throws IOException {
        read(Learners.SKIP_GRAM, Learners.SKIP_GRAM_STATE, data, SKIP_GRAM);
    }

    /** Made once, after a step. */
    private static final class Learners {

        static final Learner NETWORK = network();
        static final List<Saved> NETWORK_STATE = saved(NETWORK);
        static final Learner SKIP_GRAM = TestSkipGram.learner();
        static final List<Saved> SKIP_GRAM_STATE = saved(SKIP_GRAM);

        static void load() {
            assertThat(NETWORK_STATE).hasSizeGreaterThan(1);
            assertThat(SKIP_GRAM_STATE).hasSize(2);
        }

        private static Learner network() {
            try {
                Learner learner = TestLanguageModels.learner();
                learner.train(0);
                return learner;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static List<Saved> saved(Learner learner) {
            try {
                List<Saved> all = new ArrayList<>();
                for (TensorSource tensor : learner.state()) {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    tensor.writeTo(Channels.newChannel(bytes));
                    all.add(
                            new Saved(
                                    tensor.name(),
                                    tensor.type(),
                                    tensor.shape(),
                                    bytes.toByteArray()));
                }
                return all;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void read(
            Learner learner, List<Saved> sound, FuzzedDataProvider data, MutantTally tally)
            throws IOException {
        List<Saved> state = new ArrayList<>(sound);
        Map<String, String> identity = IDENTITY;
        TrainingCurve curve = curve(1);
        for (int wrong = data.consumeInt(1, 2); wrong > 0 && !state.isEmpty(); wrong--) {
            int index = data.consumeInt(0, state.size() - 1);
            Saved tensor = state.get(index);
            switch (data.consumeInt(0, 11)) {
                case 0 -> state.remove(index);
                case 1 -> state.set(index, tensor.named(Mutants.string(data)));
                case 2 -> state.set(index, tensor.shaped(data));
                case 3 -> state.set(index, tensor.typed(data.pickValue(ElementType.values())));
                case 4 -> curve = curve(data.consumeInt(1, 200));
                case 5 -> curve = odd(data);
                case 6 -> identity = Map.of("task", Mutants.string(data));
                default -> state.set(index, tensor.changed(data));
            }
        }
        Path folder = FuzzedFile.folder().resolve("fuzzed");
        TrainingCheckpoint written = new TrainingCheckpoint(folder, identity);
        try {
            List<TensorSource> tensors = state.stream().map(Saved::source).toList();
            written.write(tensors, curve);
        } catch (IllegalArgumentException unwritable) {
            return; // such as a repeated name or half a surrogate pair
        }
        try {
            TrainingCurve found = new TrainingCheckpoint(folder, IDENTITY).read(learner);
            assertThat(found.steps()).isNotEmpty();
            assertThat(found.toCsv()).isNotEmpty();
            tally.read();
        } catch (IOException refused) {
            tally.refused(refused, "a checkpoint of this training", "a safetensors file with");
        } finally {
            written.delete();
            Files.deleteIfExists(written.folder());
        }
    }

    private static TrainingCurve curve(int steps) {
        TrainingCurve curve = new TrainingCurve();
        for (int i = 0; i < steps; i++) {
            curve.add(
                    new TrainingProgress(i, 6, i, 6, 1, 0.1, Duration.ofMillis(i), 1, Double.NaN));
        }
        return curve;
    }

    private static TrainingCurve odd(FuzzedDataProvider data) {
        long[] bits = data.consumeLongs(TrainingCurve.COLUMNS * 2);
        TrainingCurve curve = TrainingCurve.fromBits(bits);
        return curve.steps().isEmpty() ? curve(1) : curve;
    }

    /** A tensor of a state. */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares these.
    private record Saved(String name, ElementType type, List<Long> shape, byte[] bytes) {

        Saved named(String other) {
            return new Saved(other, type, shape, bytes);
        }

        /** Changes the shape or the number of elements. */
        Saved shaped(FuzzedDataProvider data) {
            int width = type.bytes();
            int count = data.consumeInt(0, 2 * bytes.length / width);
            byte[] other = Arrays.copyOf(bytes, count * width);
            List<Long> dimensions =
                    data.consumeBoolean() ? List.of((long) count) : List.of(1L, (long) count);
            return new Saved(name, type, dimensions, other);
        }

        Saved typed(ElementType other) {
            int count = bytes.length / other.bytes();
            return new Saved(
                    name,
                    other,
                    List.of((long) count),
                    Arrays.copyOf(bytes, count * other.bytes()));
        }

        /**
         * Changes values. An optimiser's state ends with a checksum, which is mostly computed
         * again.
         */
        Saved changed(FuzzedDataProvider data) {
            byte[] other = Mutants.bytes(data, bytes);
            int end = other.length - Long.BYTES;
            if (type == ElementType.U8 && end > 0 && data.consumeInt(0, 9) > 0) {
                CRC32 crc = new CRC32();
                crc.update(other, 0, end);
                ByteBuffer.wrap(other).putLong(end, crc.getValue());
            }
            return new Saved(name, type, shape, other);
        }

        TensorSource source() {
            return new TensorSource(
                    name, type, shape, channel -> channel.write(ByteBuffer.wrap(bytes)));
        }
    }
}
