package io.forestage;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.NearestTokens.Neighbor;
import io.forestage.model.ModelVerification;
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
            NearestTokens nearest = new NearestTokens(stage);

            assertThat(nearest.find(List.of("king", "woman"), List.of("man"), 2))
                    .extracting(Neighbor::id)
                    .contains(16599L); // " queen"
            assertThat(nearest.find(List.of("violin"), List.of(), 5))
                    .extracting(each -> stage.tokenizer().decode(each.id()))
                    .contains(" piano", " guitar");
        }
    }
}
