package io.forestage.weights.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files in the format before PyTorch 1.6, built pickle by pickle. */
class LegacyFileTest {

    private static final byte[] MAGIC = {
        (byte) 0x8a,
        10,
        0x6c,
        (byte) 0xfc,
        (byte) 0x9c,
        0x46,
        (byte) 0xf9,
        0x20,
        0x6a,
        (byte) 0xa8,
        0x50,
        0x19
    };

    private static final byte[] ELEMENTS = floats(0, 1, 2, 3);

    private final Refusals refusals;

    LegacyFileTest(@TempDir Path folder) {
        refusals = new Refusals(folder);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aFileIsRefusedFor(String what, TestPickle file, String message) {
        refusals.assertRefused(file.bytes(), message);
    }

    static Stream<Arguments> aFileIsRefusedFor() {
        return Stream.of(
                arguments("another pickle", pickle("}"), "magic number in the first pickle, found"),
                arguments("another number", pickle("K\001"), "found the number 1; save only"),
                arguments(
                        "another large number",
                        TestPickle.begin().ops(0x8a, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9).ops("."),
                        "found a number beyond 64 bits"),
                arguments("a list in itself", pickle("]q\0h\0a"), "found a list of 1"),
                arguments("a version", magic().ops(0x80, 2).ops("K\001."), "expected version 1001"),
                arguments("a machine of None", begin("N"), "a dict about the writer's machine"),
                arguments(
                        "keys in a dict", object("a", null).raw(bytes("}")), "the storages' keys"),
                arguments("a number as key", object("a", null).raw(bytes("](K\001e")), "as a stor"),
                arguments("an unknown key", keys("b"), "storages in the object, found \"b\""),
                arguments(
                        "no keys",
                        object("a", null).raw(bytes("]")),
                        "its storage \"a\" in the list of storages, found no such key"),
                arguments(
                        "a key twice",
                        keys("a", "a").raw(count(4)).raw(ELEMENTS).raw(count(4)).raw(ELEMENTS),
                        "expected unique storages, found \"a\" twice"),
                arguments(
                        "another count",
                        keys("a").raw(count(3)).raw(ELEMENTS),
                        "4 elements in storage \"a\", found 3"),
                arguments(
                        "an element too few",
                        keys("a").raw(count(4)).raw(floats(1, 2, 3)),
                        "16 bytes of storage \"a\", found 12 bytes up to the end"),
                arguments("no count", keys("a").raw(new byte[7]), "found 0 bytes up to the end"),
                arguments(
                        "bytes behind the last storage",
                        keys("a").raw(count(4)).raw(ELEMENTS).ops("."),
                        "where its last storage ends, found a file of "),
                arguments(
                        "a view beyond its storage",
                        object("a", new long[] {3, 2}),
                        "a view within the storage's 4 elements, found 2 elements from 3 on"),
                arguments(
                        "a view far beyond its storage",
                        object("a", new long[] {1, Long.MAX_VALUE}),
                        "a view within the storage's 4 elements"),
                arguments(
                        "a tensor beyond its view",
                        withElements(object("a", new long[] {1, 1})),
                        "\"w\" in "));
    }

    @Test
    void aViewOfAStorageIsReadFromItsOffset() throws WeightFileException {
        try (WeightFile file =
                refusals.open(withElements(object("a", new long[] {2, 2})).bytes())) {
            assertThat(file.tensors()).extracting(TensorEntry::name).containsExactly("w");
            ByteBuffer values = ByteBuffer.allocate(8);
            file.readFloats(file.require("w"), values);
            values.flip().order(ByteOrder.nativeOrder());
            assertThat(List.of(values.getFloat(), values.getFloat())).containsExactly(2f, 3f);
        }
    }

    private static TestPickle withElements(TestPickle object) {
        return object.raw(bytes("](X\001\0\0\0ae")).raw(count(4)).raw(ELEMENTS);
    }

    /** Everything before the storages, for a tensor of two elements in a storage of four floats. */
    private static TestPickle keys(String... keys) {
        TestPickle list = TestPickle.begin().ops("](");
        for (String key : keys) {
            list.text(key);
        }
        return object("a", null).raw(list.ops("e.").bytes());
    }

    private static TestPickle object(String key, long @Nullable [] view) {
        TestPickle storage =
                new TestPickle()
                        .ops("(")
                        .text("storage")
                        .global("torch", "FloatStorage")
                        .text(key)
                        .text("cpu")
                        .number(4);
        if (view == null) {
            storage.ops("N");
        } else {
            storage.ops("(").text("view").number(view[0]).number(view[1]).ops("t");
        }
        return begin("}")
                .ops(0x80, 2)
                .ops("}")
                .text("w")
                .tensor(storage.ops("tQ"), 0, new long[] {2}, new long[] {1})
                .ops("s.");
    }

    private static TestPickle begin(String machine) {
        return magic().ops(0x80, 2).ops("M\u00e9\003.").raw(bytes(machine));
    }

    private static TestPickle magic() {
        return TestPickle.begin().raw(MAGIC).ops(".");
    }

    private static TestPickle pickle(String letters) {
        return new TestPickle().raw(bytes(letters));
    }

    private static byte[] bytes(String letters) {
        return TestPickle.begin().ops(letters).ops(".").bytes();
    }

    private static byte[] count(long count) {
        byte[] bytes = new byte[Long.BYTES];
        TestZip.littleEndian(bytes).putLong(count);
        return bytes;
    }

    private static byte[] floats(float... values) {
        byte[] bytes = new byte[values.length * Float.BYTES];
        TestZip.littleEndian(bytes).asFloatBuffer().put(values);
        return bytes;
    }
}
