package io.forestage.weights.pytorch;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Pickles that make Python run code: nothing runs, and the message names the code. */
class ForeignPickleTest {

    private static final String ONLY_PLAIN = "expected only tensors and plain settings, found ";

    private final Refusals refusals;

    ForeignPickleTest(@TempDir Path folder) {
        refusals = new Refusals(folder);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aForeignNameIsRefusedByName(String name, TestPickle pickle, int position) {
        refusals.assertRefused(
                pickle.inZip(),
                ONLY_PLAIN + name + " at byte " + position + " of data.pkl; ",
                "torch.save(model.state_dict(), \"model.pt\")");
    }

    static Stream<Arguments> aForeignNameIsRefusedByName() {
        return Stream.of(
                arguments(
                        "os.system",
                        begin().global("os", "system").text("true").ops(0x85).ops("R"),
                        2),
                arguments(
                        "posix.system",
                        begin().text("posix").text("system").ops(0x93).text("true"),
                        23),
                arguments("builtins.eval", begin().ops("}").global("builtins", "eval"), 3),
                arguments("__builtin__.getattr", begin().global("__builtin__", "getattr"), 2),
                arguments("builtins.exec", begin().text("builtins").text("exec").ops(0x93), 24),
                arguments("torch.load", begin().global("torch", "load"), 2),
                arguments("torch.storage.TypedStorage", global("torch.storage.TypedStorage"), 2),
                arguments("torch.ComplexFloatStorage", global("torch.ComplexFloatStorage"), 2),
                arguments("torch.nn.Linear", global("torch.nn.Linear"), 2),
                arguments("os\\u{1b}[2J.system", begin().global("os\033[2J", "system"), 2));
    }

    @Test
    void otherKindsOfTensorsAreRefusedWithARemedy() {
        for (String kind : List.of("_rebuild_sparse_tensor", "_rebuild_qtensor")) {
            refusals.assertRefused(
                    begin().global("torch._utils", kind).inZip(),
                    ONLY_PLAIN + "torch._utils." + kind + " at byte 2",
                    "after .to_dense() or .dequantize()");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void anInstructionIsRefusedByName(String name, TestPickle pickle) {
        refusals.assertRefused(
                pickle.inZip(),
                "expected the instructions that torch.save writes, found " + name + " at byte ");
    }

    static Stream<Arguments> anInstructionIsRefusedByName() {
        return Stream.of(
                arguments("INST", begin().ops("(ios\nsystem\n")),
                arguments("OBJ", begin().ops("(").global("argparse", "Namespace").ops("o")),
                arguments("EXT1", begin().ops(0x82, 1)),
                arguments("EXT2", begin().ops(0x83, 1, 0)),
                arguments("EXT4", begin().ops(0x84, 1, 0, 0, 0)),
                arguments("NEWOBJ_EX", begin().ops("N)}").ops(0x92)),
                arguments("PERSID", begin().ops("Pkey\n")),
                arguments("FLOAT", begin().ops("F1.0\n")),
                arguments("LONG", begin().ops("L1L\n")),
                arguments("STRING", begin().ops("S'a'\n")),
                arguments("UNICODE", begin().ops("Va\n")),
                arguments("PUT", begin().ops("Np0\n")),
                arguments("GET", begin().ops("g0\n")),
                arguments("LIST", begin().ops("(l")),
                arguments("DICT", begin().ops("(d")),
                arguments("NEXT_BUFFER", begin().ops(0x97)),
                arguments("READONLY_BUFFER", begin().ops(0x98)),
                arguments("an unknown one", begin().ops(0xff)));
    }

    private static TestPickle begin() {
        return TestPickle.begin();
    }

    private static TestPickle global(String name) {
        int dot = name.lastIndexOf('.');
        return begin().global(name.substring(0, dot), name.substring(dot + 1));
    }
}
