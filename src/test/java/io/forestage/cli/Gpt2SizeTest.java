package io.forestage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Gpt2SizeTest {

    /** The parameters of the published weights, as transformers counts them. */
    @ParameterizedTest
    @CsvSource({"SMALL, 124439808", "MEDIUM, 354823168", "LARGE, 774030080", "XL, 1557611200"})
    void theTotalIsThatOfThePublishedWeights(Gpt2Size size, long total) {
        assertThat(size.total()).isEqualTo(total);
        assertThat(size.total() - size.blocks() - size.lastNorm())
                .isEqualTo((50257 + 1024) * size.width());
    }
}
