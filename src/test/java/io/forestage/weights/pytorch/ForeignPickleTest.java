package io.forestage.weights.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.forestage.weights.Gpt2Table;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pickles that make Python run code: nothing runs, and what it would return is unknown. */
class ForeignPickleTest {

    private final Refusals refusals;

    ForeignPickleTest(@TempDir Path folder) {
        refusals = new Refusals(folder);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "os.system",
                "builtins.eval",
                "builtins.exec",
                "__builtin__.getattr",
                "torch.load",
                "torch.nn.Linear",
                "__main__.GPTConfig",
                "numpy.random._pickle.__randomstate_ctor",
                "os\033[2J.system"
            })
    void theResultOfAForeignNameIsAnUnknownObjectAndNothingRuns(String name) throws IOException {
        int dot = name.lastIndexOf('.');
        String module = name.substring(0, dot);
        String last = name.substring(dot + 1);
        TestPickle pickle =
                begin().ops("}(")
                        .text("called")
                        .global(module, last)
                        .text("touch ran")
                        .ops(0x85)
                        .ops("R")
                        .text("created")
                        .global(module, last)
                        .ops(")")
                        .ops(0x81)
                        .ops("}b")
                        .text("keywords")
                        .global(module, last)
                        .ops(")}")
                        .ops(0x92)
                        .text("a list")
                        .global(module, last)
                        .ops(")R(N")
                        .ops("e")
                        .text("a dict")
                        .global(module, last)
                        .ops(")R(NN")
                        .ops("u")
                        .text("weight")
                        .tensor()
                        .ops("u");
        try (WeightFile file = refusals.open(pickle.inZip())) {
            assertThat(file.tensors())
                    .singleElement()
                    .extracting(TensorEntry::name)
                    .isEqualTo("weight");
        }
    }

    @Test
    void aFileOfAnUnknownObjectAloneIsRefused() {
        refusals.assertRefused(
                begin().global("__main__", "GPT").ops(")").ops(0x81).inZip(),
                "expected a dict of tensors, found an object; ",
                "torch.save(model.state_dict(), \"model.pt\")");
    }

    @Test
    void otherKindsOfTensorsAreListedAndRefusedAsATableWithARemedy() throws IOException {
        for (String kind : List.of("_rebuild_sparse_tensor", "_rebuild_qtensor")) {
            TestPickle pickle =
                    begin().ops("}(")
                            .text("wte.weight")
                            .global("torch._utils", kind)
                            .ops(")R")
                            .text("b")
                            .tensor()
                            .ops("u");
            try (WeightFile file = refusals.open(pickle.inZip())) {
                assertThat(file.tensors())
                        .extracting(TensorEntry::name)
                        .containsExactly("wte.weight", "b");
                assertThatThrownBy(() -> Gpt2Table.WTE.requireIn(file))
                        .hasMessageContaining("found OTHER [0]")
                        .hasMessageContaining("after .to_dense() or .dequantize()");
            }
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
}
