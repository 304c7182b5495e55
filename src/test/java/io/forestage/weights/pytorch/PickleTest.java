package io.forestage.weights.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.forestage.weights.ElementType;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Damaged and oversized pickles: each is refused with one line that names the problem. */
class PickleTest {

    private final Refusals refusals;

    PickleTest(@TempDir Path folder) {
        refusals = new Refusals(folder);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aPickleIsRefusedFor(String what, TestPickle pickle, String message) {
        refusals.assertRefused(pickle.inZip(), message);
    }

    static Stream<Arguments> aPickleIsRefusedFor() {
        return Stream.of(
                // The stream.
                arguments("no protocol", new TestPickle().ops("}"), "starts with its protocol"),
                arguments("protocol 1", new TestPickle().ops(0x80, 1), "found protocol 1"),
                arguments("protocol 6", new TestPickle().ops(0x80, 6), "found protocol 6"),
                arguments("nothing", begin(), "expected 1 values on the stack, found 0"),
                arguments("two values", begin().ops("}}"), "expected one value, found more"),
                arguments("an open mark", begin().ops("}("), "1 values on the stack, found 0"),
                arguments(
                        "an end within",
                        begin().ops("X"),
                        "a complete pickle, found its end after"),
                arguments("bytes after it", begin().ops("}.}"), "after its STOP, found more bytes"),
                arguments(
                        "a frame beyond it",
                        begin().ops(0x95).raw(new byte[] {9, 0, 0, 0, 0, 0, 0, 1}),
                        "expected 72057594037927945 more bytes, found its end after"),
                // The stack and the memo.
                arguments("no mark", begin().ops("t"), "expected a MARK before this, found none"),
                arguments("a pop below a mark", begin().ops("N(0"), "1 values on the stack"),
                arguments("a tuple of too few", begin().ops("N").ops(0x87), "expected 3 values"),
                arguments("a missing memo", begin().ops("h\007"), "none as number 7"),
                arguments("a huge memo", begin().ops("}r").integer(-1), "number 4294967295"),
                arguments("a huge get", begin().ops("j").integer(-1), "none as number 4294967295"),
                arguments("marks", begin().repeat(2000, "("), "values nested at most 1024 deep"),
                arguments("a deep stack", begin().repeat(70_000, "N"), "at most 65536 values on"),
                arguments("many values", begin().repeat(1_100_000, "N0"), "at most 1048576 values"),
                arguments("deep lists", deep("]", "a"), "values nested at most 64 deep"),
                arguments(
                        "deep tuples",
                        begin().ops(")").raw(filled(60_000, 0x85)),
                        "values nested at most 64 deep, found more at \"0\""),
                // Values that contain themselves, or the same value many times.
                arguments("a list in itself", begin().ops("]q\0h\0a"), "not contain themselves"),
                arguments(
                        "a dict in itself",
                        begin().ops("}q\0").text("a").ops("h\0s"),
                        "values that do not contain themselves, found more at \"a\""),
                arguments(
                        "a tuple in itself",
                        begin().ops("]q\0h\0").ops(0x85).ops("a"),
                        "values that do not contain themselves"),
                arguments("a billion laughs", laughs(30), "expected at most 1048576 values"),
                arguments(
                        "a billion tensors",
                        manyTensors(),
                        "expected at most 65536 tensors, with 8388608 characters"),
                arguments("a dict of many copies", manyPairs(), "expected at most 1048576 values"),
                // Literals.
                arguments("a huge LONG4", begin().ops(0x8b).integer(1 << 30), "one of 1073741824"),
                arguments("a negative LONG4", begin().ops(0x8b).integer(-1), "one of 4294967295"),
                arguments("a long LONG4", begin().ops(0x8b).integer(1025), "one of 1025"),
                arguments(
                        "a huge BINUNICODE8",
                        begin().ops(0x8d).raw(filled(8, 0xff)),
                        "expected 18446744073709551615 more bytes"),
                arguments(
                        "a huge BINUNICODE", begin().ops("X").integer(-1), "4294967295 more bytes"),
                arguments("a negative BINSTRING", begin().ops("T").integer(-1), "more bytes"),
                arguments(
                        "a huge BINBYTES8",
                        begin().ops(0x8e).raw(filled(8, 0x7f)),
                        "expected 9187201950435737471 more bytes"),
                arguments(
                        "a long text",
                        begin().text("a".repeat((1 << 20) + 1)),
                        "text of at most 1048576 bytes, found 1048577 bytes"),
                arguments(
                        "malformed text",
                        begin().ops("X").integer(1).ops(0xff),
                        "text in UTF-8, found malformed UTF-8 at byte 2"),
                arguments("a word as INT", begin().ops("Iten\n"), "64 bits, found \"ten\""),
                arguments("a line without end", begin().ops("I" + "1".repeat(300)), "a line of"),
                // Containers.
                arguments("an append to a dict", begin().ops("}Na"), "a list to append to"),
                arguments("appends to None", begin().ops("N(Ne"), "append to, found None"),
                arguments("an item of a list", begin().ops("]NNs"), "a dict to set items of"),
                arguments("a key alone", begin().ops("}(Nu"), "a value for each key, found 1"),
                arguments("an item of a set", begin().ops("](N").ops(0x90), "a set to add to"),
                // Calls.
                arguments("a call of text", begin().text("a").ops(")R"), "a function or a class"),
                arguments(
                        "a call without a tuple",
                        begin().global("collections", "OrderedDict").ops("NR"),
                        "a tuple among the arguments of OrderedDict, found None"),
                arguments(
                        "NEWOBJ of a tensor",
                        begin().global("torch._utils", "_rebuild_tensor").ops(")").ops(0x81),
                        "expected a class, found _rebuild_tensor"),
                arguments("BUILD of a tensor", begin().tensor().ops("}b"), "found a tensor"),
                arguments("BUILD of a list", begin().ops("]}b"), "found a list of 0"),
                arguments(
                        "a global of numbers", begin().ops("NN").ops(0x93), "a module and a class"),
                arguments(
                        "a dict of no pairs",
                        begin().global("collections", "OrderedDict").ops("(]NatR"),
                        "expected a key and its value, found None"),
                // The outermost value.
                arguments("None", begin().ops("N"), "expected a dict of tensors, found None"),
                arguments("a tensor", begin().tensor(), "a dict of tensors, found a tensor"),
                arguments(
                        "an object",
                        begin().global("argparse", "Namespace").ops(")").ops(0x81).ops("}b"),
                        "a dict of tensors, found an object"),
                arguments(
                        "a tensor under None",
                        begin().ops("}N").tensor().ops("s"),
                        "text or integers as keys of tensors, found another key"),
                arguments(
                        "a long name",
                        begin().ops("}").text("a".repeat(1025)).tensor().ops("s"),
                        "names of at most 1024 characters"),
                arguments(
                        "a name twice",
                        begin().ops("}").text("a").tensor().ops("s").text("a").tensor().ops("s"),
                        "unique tensor names, found this one twice"));
    }

    @Test
    void aParameterWithAttributesIsRead() throws WeightFileException {
        byte[] file =
                begin().ops("}")
                        .text("a")
                        .global("torch._utils", "_rebuild_parameter_with_state")
                        .ops("(")
                        .tensor()
                        .ops(0x88)
                        .ops("}}tRs")
                        .inZip();
        try (WeightFile open = refusals.open(file)) {
            assertThat(open.tensors())
                    .containsExactly(new TensorEntry("a", ElementType.F32, List.of(12L)));
        }
    }

    @Test
    void picklesOfPython2AreRead() throws WeightFileException {
        byte[] file =
                begin().global("collections", "OrderedDict")
                        .ops("](](U\001a")
                        .tensor()
                        .ops("e](T\001\0\0\0b](I01\nI5000000000\nee")
                        .ops("e")
                        .ops(0x85)
                        .ops("R")
                        .inZip();
        try (WeightFile open = refusals.open(file)) {
            assertThat(open.tensors())
                    .containsExactly(new TensorEntry("a", ElementType.F32, List.of(12L)));
        }
    }

    @Test
    void aTooLongPickleIsRefused() {
        TestZip zip = new TestZip().addDeflated("a/data.pkl", new byte[(1 << 24) + 1], entry -> {});
        refusals.assertRefused(zip.bytes(), "a data.pkl of at most 16777216 bytes, found 16777217");
    }

    @Test
    void aTypeWithoutAStorageClassIsReadFromBytes() throws WeightFileException {
        byte[] file =
                begin().ops("}")
                        .text("a")
                        .global("torch._utils", "_rebuild_tensor_v3")
                        .ops("((")
                        .text("storage")
                        .global("torch.storage", "UntypedStorage")
                        .text("0")
                        .text("cuda:0")
                        .number(48)
                        .ops("tQ")
                        .number(4)
                        .numbers(5, 4)
                        .numbers(4, 1)
                        .ops(0x89)
                        .ops("}")
                        .global("torch", "uint16")
                        .ops("tRs")
                        .inZip();
        try (WeightFile open = refusals.open(file)) {
            assertThat(open.tensors())
                    .containsExactly(new TensorEntry("a", ElementType.U16, List.of(5L, 4L)));
        }
    }

    private static TestPickle begin() {
        return TestPickle.begin();
    }

    private static TestPickle deep(String open, String close) {
        return begin().repeat(60_000, open).repeat(59_999, close);
    }

    /** Lists that each contain the previous one ten times. */
    private static TestPickle laughs(int levels) {
        TestPickle pickle = begin().ops("(]q\0");
        for (int i = 0; i < levels; i++) {
            pickle.ops("](").repeat(10, "h" + (char) i).ops("eq" + (char) (i + 1));
        }
        return pickle.ops("t");
    }

    private static TestPickle manyTensors() {
        TestPickle pickle = begin().ops("(]q\0").tensor().ops("a");
        for (int i = 0; i < 6; i++) {
            pickle.ops("](").repeat(10, "h" + (char) i).ops("eq" + (char) (i + 1));
        }
        return pickle.ops("t");
    }

    /** One list of pairs that is copied into many dicts. */
    private static TestPickle manyPairs() {
        return begin().global("collections", "OrderedDict")
                .ops("q\0](")
                .repeat(1000, "NN\u0086")
                .ops("e")
                .ops(0x85)
                .ops("q\1](")
                .repeat(3000, "h\0h\1R")
                .ops("e");
    }

    private static byte[] filled(int count, int value) {
        byte[] bytes = new byte[count];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
