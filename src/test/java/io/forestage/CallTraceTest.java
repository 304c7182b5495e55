package io.forestage;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.testing.TinyModel;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Keeps the path from six tokens to their vectors short. The second call still merges the bytes of
 * each piece, as a piece is cached when it occurs again; the third finds all of them.
 */
class CallTraceTest {

    private static final String SIX_TOKENS = "The king greeted the queen.";

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({"1, 31, 95", "2, 30, 83"})
    void oneTextPassesFewClasses(int callsBefore, int maxClasses, int maxMoves) throws Exception {
        CallTrace trace = CallTrace.of(Embed.class, TinyModel.write(folder) + " " + callsBefore);

        assertThat(trace.entered().size()).as("%s", trace).isBetween(10, maxClasses);
        assertThat(trace.moveCount()).as("%s", trace).isBetween(10, maxMoves);
    }

    /** Embeds one text again and again, and marks the last time. */
    static final class Embed {

        private Embed() {}

        public static void main(String[] args) throws Exception {
            try (InputStage stage = InputStage.load(Path.of(args[0]))) {
                for (int i = 0; i < Integer.parseInt(args[1]); i++) {
                    stage.embed(SIX_TOKENS).close();
                }
                CallTrace.Marks.begin();
                Embeddings result = stage.embed(SIX_TOKENS);
                CallTrace.Marks.end();
                if (result.batch().length() != 6) {
                    throw new IllegalStateException(result.batch().length() + " tokens");
                }
            }
        }
    }
}
