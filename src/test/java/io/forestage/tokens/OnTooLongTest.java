package io.forestage.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What becomes of texts with more tokens than a row may hold; and the options' own checks. */
class OnTooLongTest {

    private static final BatchOptions FOUR = BatchOptions.gpt2().withMaxLength(4);

    private static TextTokenizer tokenizer;

    @BeforeAll
    static void open() throws IOException {
        tokenizer = TextTokenizer.gpt2();
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void aLongTextIsRefusedUnlessTheCallerSaysOtherwise() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokenizer.encodeBatch(List.of("a", "a b c d e"), FOUR))
                .withMessage(
                        "text 1: expected at most 4 tokens (maxLength), found 5; shorten it, or set"
                                + " onTooLong to truncate or windows");
        assertThat(tokenizer.encodeBatch(List.of("a b c d"), FOUR).length()).isEqualTo(4);
    }

    @Test
    void gpt2sMaximumIs1024Tokens() {
        assertThat(tokenizer.encodeBatch(List.of(" a".repeat(1024)), BatchOptions.gpt2()).length())
                .isEqualTo(1024);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                tokenizer.encodeBatch(
                                        List.of(" a".repeat(1025)), BatchOptions.gpt2()))
                .withMessageContaining("1025");
    }

    @Test
    void truncationKeepsTheFirstTokens() {
        TokenBatch batch =
                tokenizer.encodeBatch(
                        List.of("a b c d e f", "a"), FOUR.withOnTooLong(OnTooLong.truncate()));
        long[] whole = tokenizer.encode("a b c d e f").ids();
        assertThat(batch.batchSize()).isEqualTo(2);
        assertThat(Arrays.copyOf(batch.ids(), 4)).isEqualTo(Arrays.copyOf(whole, 4));
        assertThat(batch.rowLength(1)).isEqualTo(1);
    }

    @Test
    void windowsStartAStrideApartAndTheLastMayBeShorter() {
        assertThat(windows(8, 4, 3)).containsExactly("0-4", "3-7", "6-8");
        assertThat(windows(8, 4, 4)).containsExactly("0-4", "4-8");
        assertThat(windows(9, 4, 4)).containsExactly("0-4", "4-8", "8-9");
        assertThat(windows(7, 4, 1)).containsExactly("0-4", "1-5", "2-6", "3-7");
    }

    @Test
    void noWindowHoldsNothingNew() {
        assertThat(windows(7, 4, 3)).containsExactly("0-4", "3-7");
        assertThat(windows(4, 4, 1)).containsExactly("0-4");
        assertThat(windows(3, 4, 2)).containsExactly("0-3");
        assertThat(windows(0, 4, 2)).containsExactly("0-0");
    }

    @Test
    void windowsCoverEveryTokenForEveryLengthAndStride() {
        for (int length = 1; length <= 5; length++) {
            for (int stride = 1; stride <= length; stride++) {
                for (int size = 0; size <= 12; size++) {
                    List<String> windows = windows(size, length, stride);
                    int covered = 0;
                    for (String window : windows) {
                        int end = Integer.parseInt(window.substring(window.indexOf('-') + 1));
                        assertThat(Integer.parseInt(window.substring(0, window.indexOf('-'))))
                                .isLessThanOrEqualTo(covered);
                        assertThat(end > covered || size == 0).as(windows.toString()).isTrue();
                        covered = end;
                    }
                    assertThat(covered).isEqualTo(size);
                }
            }
        }
    }

    @Test
    void windowsKnowTheirText() {
        TokenBatch batch =
                tokenizer.encodeBatch(
                        List.of("a", "a b c d e f", ""),
                        FOUR.withOnTooLong(OnTooLong.windows(4, 2)));
        assertThat(IntStream.range(0, batch.batchSize()).map(batch::textIndex))
                .containsExactly(0, 1, 1, 2);
        assertThat(IntStream.range(0, batch.batchSize()).map(batch::rowLength))
                .containsExactly(1, 4, 4, 0);
    }

    @Test
    void impossibleOptionsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OnTooLong.windows(4, 5))
                .withMessageContaining("1 <= stride <= length");
        assertThatIllegalArgumentException().isThrownBy(() -> OnTooLong.windows(4, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FOUR.withOnTooLong(OnTooLong.windows(5, 5)))
                .withMessageContaining(
                        "windows: expected a length of at most 4 tokens (maxLength), found 5");
        assertThatIllegalArgumentException().isThrownBy(() -> FOUR.withMaxLength(0));
        assertThatIllegalArgumentException().isThrownBy(() -> FOUR.withPaddingId(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokenizer.encodeBatch(List.of(), FOUR))
                .withMessageContaining("at least one row");
    }

    @Test
    void eachOptionIsChangedAlone() {
        BatchOptions options =
                BatchOptions.gpt2()
                        .withPaddingSide(PaddingSide.LEFT)
                        .withSpecialTokens(SpecialTokens.RECOGNIZED)
                        .withPaddingId(3);
        assertThat(options)
                .isEqualTo(
                        new BatchOptions(
                                1024,
                                OnTooLong.reject(),
                                PaddingSide.LEFT,
                                3,
                                SpecialTokens.RECOGNIZED));
        TokenBatch batch = tokenizer.encodeBatch(List.of("a b", "<|endoftext|>"), options);
        assertThat(batch.ids()).containsExactly(64, 275, 3, 50256);
    }

    /** The windows of a row of ids 0, 1, 2, …, as "start-end". */
    private static List<String> windows(int size, int length, int stride) {
        TokenBatch batch =
                TokenBatch.of(
                        List.of(IntStream.range(0, size).asLongStream().toArray()),
                        BatchOptions.gpt2().withOnTooLong(OnTooLong.windows(length, stride)));
        long[] ids = batch.ids();
        return IntStream.range(0, batch.batchSize())
                .mapToObj(
                        row -> {
                            long start = size == 0 ? 0 : ids[row * batch.length()];
                            return start + "-" + (start + batch.rowLength(row));
                        })
                .toList();
    }
}
