package io.forestage.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The batch's ids, mask and position ids. */
class TokenBatchTest {

    private static final List<long[]> ROWS =
            List.of(new long[] {7, 8, 9}, new long[] {5}, new long[] {});

    @Test
    void paddingOnTheRightFillsUpAfterTheTokens() {
        TokenBatch batch = TokenBatch.of(ROWS, PaddingSide.RIGHT, 50256);
        assertThat(batch.batchSize()).isEqualTo(3);
        assertThat(batch.length()).isEqualTo(3);
        assertThat(batch.ids()).containsExactly(7, 8, 9, 5, 50256, 50256, 50256, 50256, 50256);
        assertThat(batch.attentionMask()).containsExactly(1, 1, 1, 1, 0, 0, 0, 0, 0);
        assertThat(batch.positionIds()).containsExactly(0, 1, 2, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void paddingOnTheLeftCountsPositionsFromTheFirstToken() {
        TokenBatch batch = TokenBatch.of(ROWS, PaddingSide.LEFT, 0);
        assertThat(batch.ids()).containsExactly(7, 8, 9, 0, 0, 5, 0, 0, 0);
        assertThat(batch.attentionMask()).containsExactly(1, 1, 1, 0, 0, 1, 0, 0, 0);
        assertThat(batch.positionIds()).containsExactly(0, 1, 2, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void positionIdsAreTheMasksCumulativeSumLessOne() {
        for (PaddingSide side : PaddingSide.values()) {
            TokenBatch batch = TokenBatch.of(ROWS, side, 1);
            long[] mask = batch.attentionMask();
            long[] expected = new long[mask.length];
            long sum = 0;
            for (int i = 0; i < mask.length; i++) {
                sum = i % batch.length() == 0 ? mask[i] : sum + mask[i];
                expected[i] = mask[i] == 0 ? 0 : sum - 1;
            }
            assertThat(batch.positionIds()).isEqualTo(expected);
        }
    }

    @Test
    void rowsKnowTheirLengthAndTheirText() {
        TokenBatch batch = TokenBatch.of(ROWS, PaddingSide.LEFT, 0);
        assertThat(batch.rowLength(0)).isEqualTo(3);
        assertThat(batch.rowLength(2)).isZero();
        assertThat(batch.textIndex(1)).isEqualTo(1);
    }

    @Test
    void emptyRowsAloneMakeABatchOfLengthZero() {
        TokenBatch batch = TokenBatch.of(List.of(new long[0], new long[0]), PaddingSide.LEFT, 0);
        assertThat(batch.batchSize()).isEqualTo(2);
        assertThat(batch.length()).isZero();
        assertThat(batch.ids()).isEmpty();
    }

    @Test
    void theCallersArraysAndTheResultsAreCopies() {
        long[] row = {1, 2};
        TokenBatch batch = TokenBatch.of(List.of(row), PaddingSide.RIGHT, 0);
        row[0] = 9;
        batch.ids()[1] = 9;
        assertThat(batch.ids()).containsExactly(1, 2);
    }

    @Test
    void noRowsNullRowsAndNegativeIdsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenBatch.of(List.of(), PaddingSide.RIGHT, 0))
                .withMessageContaining("at least one row");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> TokenBatch.of(Arrays.asList(new long[0], null), PaddingSide.RIGHT, 0))
                .withMessageContaining("row 1");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                TokenBatch.of(
                                        List.of(new long[0], new long[] {4, -3}),
                                        PaddingSide.RIGHT,
                                        0))
                .withMessage("row 1, index 1: expected an id of 0 or more, found -3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenBatch.of(ROWS, PaddingSide.RIGHT, -1))
                .withMessageContaining("paddingId");
    }

    @Test
    void eachRowAloneHasNoPads() {
        List<TokenBatch> rows = TokenBatch.of(ROWS, PaddingSide.LEFT, 0).rows();

        assertThat(rows).extracting(TokenBatch::length).containsExactly(3, 1, 0);
        assertThat(rows.get(1).ids()).containsExactly(5);
        assertThat(rows.get(1).textIndex(0)).isEqualTo(1);
    }

    @Test
    void aBatchMayBePaddedToALengthOfItsOwn() {
        TokenBatch batch = TokenBatch.of(ROWS, PaddingSide.LEFT, 2).paddedTo(4);

        assertThat(batch.ids()).containsExactly(2, 7, 8, 9, 2, 2, 2, 5, 2, 2, 2, 2);
        assertThat(batch.positionIds()).containsExactly(0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> batch.paddedTo(2))
                .withMessageContaining("expected at least 4, the longest row's tokens, found 2");
    }

    @Test
    void moreIdsThanAnArrayHoldsAreRefused() {
        TokenBatch batch = TokenBatch.of(ROWS, PaddingSide.LEFT, 2);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> batch.paddedTo(Integer.MAX_VALUE))
                .withMessageContaining("found 3 rows of 2147483647");
    }

    @Test
    void idsAreCutAsTextsAre() {
        BatchOptions options =
                BatchOptions.gpt2().withMaxLength(2).withOnTooLong(OnTooLong.windows(2, 1));
        TokenBatch batch = TokenBatch.of(ROWS, options);

        assertThat(batch.ids()).startsWith(7, 8, 8, 9, 5);
        assertThat(batch.batchSize()).isEqualTo(4);
        assertThat(batch.textIndex(1)).isZero();
        assertThat(batch.textIndex(3)).isEqualTo(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenBatch.of(ROWS, options.withOnTooLong(OnTooLong.reject())))
                .withMessageContaining("text 0: expected at most 2 tokens (maxLength), found 3");
    }

    @Test
    void windowsCountTheirTokensWithoutBeingCut() {
        for (int length = 1; length < 6; length++) {
            for (int stride = 1; stride <= length; stride++) {
                OnTooLong.Windows windows = OnTooLong.windows(length, stride);
                for (int tokens = 0; tokens < 20; tokens++) {
                    assertThat(windows.tokensAfterCutting(tokens))
                            .isEqualTo(
                                    windows.cut(new long[tokens]).stream()
                                            .mapToLong(row -> row.length)
                                            .sum());
                }
            }
        }
    }
}
