package io.forestage.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forestage.weights.safetensors.SafetensorsFile;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Gpt2TableTest {

    private final Path folder;

    Gpt2TableTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void aTableIsFoundUnderItsName() throws WeightFileException {
        try (WeightFile file = open(tensor("wte.weight", "F32", "[2,2]", 0, 16))) {
            assertThat(Gpt2Table.WTE.requireIn(file).name()).isEqualTo("wte.weight");
            assertThat(Gpt2Table.WPE.findIn(file)).isEmpty();
        }
    }

    @Test
    void aTableIsFoundUnderItsNameWithThePrefix() throws WeightFileException {
        try (WeightFile file = open(tensor("transformer.wpe.weight", "BF16", "[2,4]", 0, 16))) {
            assertThat(Gpt2Table.WPE.requireIn(file).name()).isEqualTo("transformer.wpe.weight");
            assertThat(Gpt2Table.WTE.findIn(file)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"wte", "model/wte", "model._orig_mod.transformer.wte.weight"})
    void aTableIsFoundUnderTheNamesOfOtherReleases(String name) throws WeightFileException {
        try (WeightFile file = open(tensor(name, "F32", "[2,2]", 0, 16))) {
            assertThat(Gpt2Table.WTE.requireIn(file).name()).isEqualTo(name);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"swte.weight", "wte.weight.scale", "wte.bias", "x/wte"})
    void aSimilarNameIsNoTable(String name) throws WeightFileException {
        try (WeightFile file = open(tensor(name, "F32", "[2,2]", 0, 16))) {
            assertThat(Gpt2Table.WTE.findIn(file)).isEmpty();
        }
    }

    @Test
    void twoTablesAreRefused() throws WeightFileException {
        String header =
                tensor("wte.weight", "F32", "[2,1]", 0, 8)
                        + ","
                        + tensor("transformer.wte.weight", "F32", "[2,1]", 8, 16);
        try (WeightFile file = open(header)) {
            assertThatExceptionOfType(WeightFileException.class)
                    .isThrownBy(() -> Gpt2Table.WTE.findIn(file))
                    .withMessage(
                            "\"wte.weight\" in %s: expected one table, found a second one,"
                                    + " \"transformer.wte.weight\"; name the one to use: --wte"
                                    + " \"wte.weight\", or withTableNames in Java",
                            file.path());
        }
    }

    @Test
    void anAbsentTableIsReportedUnderBothNames() throws WeightFileException {
        try (WeightFile file = open(tensor("emb", "F32", "[2,2]", 0, 16))) {
            assertThatExceptionOfType(WeightFileException.class)
                    .isThrownBy(() -> Gpt2Table.WPE.requireIn(file))
                    .withMessageContaining(file.path().toString())
                    .withMessageContaining(
                            "expected \"wpe.weight\" or \"transformer.wpe.weight\", found only"
                                    + " \"emb\"")
                    .satisfies(refusal -> assertThat(refusal.tensor()).isEqualTo("wpe.weight"));
        }
    }

    @Test
    void aTableOfOneDimensionIsRefused() throws WeightFileException {
        try (WeightFile file = open(tensor("wte.weight", "F32", "[4]", 0, 16))) {
            assertThatExceptionOfType(WeightFileException.class)
                    .isThrownBy(() -> Gpt2Table.WTE.requireIn(file))
                    .withMessageContaining("\"wte.weight\" in " + file.path())
                    .withMessageContaining("expected two dimensions of F16, BF16, F32 or F64")
                    .withMessageContaining("found F32 [4]");
        }
    }

    @Test
    void aTableOfIntegersIsRefused() throws WeightFileException {
        try (WeightFile file = open(tensor("wte.weight", "I8", "[4,4]", 0, 16))) {
            assertThatExceptionOfType(WeightFileException.class)
                    .isThrownBy(() -> Gpt2Table.WTE.requireIn(file))
                    .withMessageContaining("found I8 [4, 4]");
        }
    }

    private WeightFile open(String tensors) throws WeightFileException {
        byte[] bytes = TestFiles.safetensors("{" + tensors + "}", 16);
        return SafetensorsFile.open(TestFiles.write(folder, bytes));
    }

    private static String tensor(String name, String type, String shape, int start, int end) {
        return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                .formatted(name, type, shape, start, end);
    }
}
