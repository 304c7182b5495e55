package io.forestage;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.model.ModelVerification;
import io.forestage.words.WordSum;
import io.forestage.words.WordVectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks models/nano against its card. */
class ShippedModelTest {

    private static final Path NANO = Path.of("models/nano");
    private static final long MAX_BYTES = 15_000_000;

    @Test
    void itsTablesAreThoseThatWereTrained() throws IOException {
        ModelVerification verification = ModelVerification.of(NANO);

        assertThat(verification.recorded()).containsOnlyKeys("wte.weight");
        assertThat(verification.differing()).isEmpty();
    }

    @Test
    void itIsSmall() throws IOException {
        try (Stream<Path> files = Files.walk(NANO)) {
            assertThat(files.mapToLong(file -> file.toFile().length()).sum()).isLessThan(MAX_BYTES);
        }
    }

    @Test
    void itsVectorsMeanSomething() throws IOException {
        try (InputStage stage = InputStage.load(NANO)) {
            WordVectors words = WordVectors.of(stage);
            WordSum sum =
                    new WordSum(
                            List.of(words.word("king"), words.word("woman")),
                            List.of(words.word("man")));

            assertThat(words.nearest(sum, 1))
                    .extracting(WordVectors.Neighbor::row)
                    .containsExactly(16599); // " queen"
            assertThat(words.nearest(new WordSum(List.of(words.word("violin")), List.of()), 10))
                    .extracting(each -> words.text(each.row()))
                    .contains(" piano", " guitar");
        }
    }
}
