package io.forestage.weights.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tensors outside their storages, and storages outside the file. */
class TensorPlacingTest {

    private final Refusals refusals;

    TensorPlacingTest(@TempDir Path folder) {
        refusals = new Refusals(folder);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aTensorIsRefusedFor(String what, TestPickle tensor, String message) {
        byte[] file = TestPickle.begin().ops("}").text("a").raw(tensor.bytes()).ops("s").inZip();
        refusals.assertRefused(file, message);
    }

    static Stream<Arguments> aTensorIsRefusedFor() {
        return Stream.of(
                arguments("one element too many", tensor(0, shape(13), strides(1)), WITHIN),
                arguments("an offset", tensor(1, shape(12), strides(1)), WITHIN),
                arguments("an offset beyond the end", tensor(13, shape(0), strides(1)), WITHIN),
                arguments("a huge offset", tensor(Long.MAX_VALUE, shape(2), strides(1)), WITHIN),
                arguments("wide strides", tensor(0, shape(3, 4), strides(5, 1)), WITHIN),
                arguments("huge strides", tensor(0, shape(3), strides(Long.MAX_VALUE)), WITHIN),
                arguments(
                        "strides that add up",
                        tensor(0, shape(2, 2), strides(Long.MAX_VALUE, Long.MAX_VALUE)),
                        WITHIN),
                arguments("a stride too few", tensor(0, shape(3, 4), strides(1)), WITHIN),
                arguments(
                        "a negative offset",
                        tensor(-1, shape(1), strides(1)),
                        "0 to 2^63 - 1 as a tensor's offset among the arguments of"),
                arguments(
                        "a negative size",
                        tensor(0, shape(-1), strides(1)),
                        "0 to 2^63 - 1 as a tensor's shape"),
                arguments(
                        "a negative stride",
                        tensor(11, shape(12), strides(-1)),
                        "0 to 2^63 - 1 as a tensor's strides"),
                arguments(
                        "too many elements",
                        tensor(0, shape(1L << 40, 1L << 40), strides(0, 0)),
                        "\"a\" in "),
                arguments(
                        "65 dimensions",
                        tensor(0, new long[65], new long[65]),
                        "at most 64 numbers as a tensor's shape"),
                arguments(
                        "an absent storage",
                        over("FloatStorage", "7", 12),
                        "its storage in entry \"a/data/7\", found no such entry"),
                arguments(
                        "a storage outside the archive",
                        over("FloatStorage", "../../secret", 12),
                        "its storage in entry \"a/data/../../secret\", found no such entry"),
                arguments(
                        "a storage larger than its entry",
                        over("FloatStorage", "0", 13),
                        "52 bytes in entry \"a/data/0\", for 13 elements of F32, found 48 bytes;"),
                arguments(
                        "a storage smaller than its entry",
                        over("FloatStorage", "0", 11),
                        "44 bytes in entry \"a/data/0\""),
                arguments(
                        "a huge storage",
                        over("DoubleStorage", "0", Long.MAX_VALUE),
                        "9223372036854775807 bytes in entry"),
                arguments(
                        "a negative storage",
                        over("FloatStorage", "0", -1),
                        "0 to 2^63 - 1 as a storage's length"),
                arguments(
                        "a storage of two types",
                        over("FloatStorage", "0", 12).ops("0").storage("IntStorage", "0", 12),
                        "expected storage \"0\" with 12 elements of F32, as before, found 12"
                                + " elements of I32"),
                arguments(
                        "a tensor over a tensor",
                        new TestPickle().tensor(new TestPickle().tensor(), 0, shape(1), strides(1)),
                        "a storage among the arguments of _rebuild_tensor_v2, found a tensor"),
                arguments(
                        "a module's reference",
                        new TestPickle().ops("(").text("module").ops("NNNNtQ"),
                        "only references to storages, found one to \"module\""),
                arguments(
                        "a reference of four",
                        new TestPickle().ops("(").text("storage").ops("NNNtQ"),
                        "5 to 6 arguments of a storage's reference, found 4"),
                arguments(
                        "a reference that is no tuple",
                        new TestPickle().text("0").ops("Q"),
                        "a tuple among the arguments of a storage's reference, found text"),
                arguments(
                        "negated values",
                        new TestPickle()
                                .global("torch._utils", "_rebuild_tensor_v2")
                                .ops("(")
                                .storage("FloatStorage", "0", 12)
                                .number(0)
                                .numbers(12)
                                .numbers(1)
                                .ops(0x89)
                                .ops("}}")
                                .text("neg")
                                .ops(0x88)
                                .ops("stR"),
                        "one whose metadata changes the values"));
    }

    private static final String WITHIN = "expected a tensor within its storage of 12 elements";

    @Test
    void aTensorAtTheVeryEndOfItsStorageIsRead() throws WeightFileException {
        byte[] file =
                TestPickle.begin()
                        .ops("}")
                        .text("a")
                        .tensor(3, shape(3, 3), strides(1, 3))
                        .ops("s")
                        .text("b")
                        .tensor(12, shape(0), strides(1))
                        .ops("s")
                        .inZip();
        try (WeightFile open = refusals.open(file)) {
            assertThat(open.tensors()).extracting(TensorEntry::name).containsExactly("a", "b");
        }
    }

    private static TestPickle tensor(long offset, long[] shape, long[] strides) {
        return new TestPickle().tensor(offset, shape, strides);
    }

    private static TestPickle over(String type, String key, long count) {
        return new TestPickle()
                .tensor(new TestPickle().storage(type, key, count), 0, shape(1), strides(1));
    }

    private static long[] shape(long... sizes) {
        return sizes;
    }

    private static long[] strides(long... steps) {
        return steps;
    }
}
