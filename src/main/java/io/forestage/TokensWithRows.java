package io.forestage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.support.Quoted;
import io.forestage.tokens.BatchOptions;
import io.forestage.tokens.TextTokenizer;
import org.jspecify.annotations.Nullable;

/** A tokenizer may have more tokens than the table has rows, or fewer. */
final class TokensWithRows {

    private TokensWithRows() {}

    /** Refuses ids of one text among several. */
    static void require(int text, long[] ids, TextTokenizer tokenizer, long rows) {
        try {
            require(ids, tokenizer, rows);
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException(
                    "text %d: %s".formatted(text, refused.getMessage()), refused);
        }
    }

    /** Refuses ids of a text among which one has no row. */
    static void require(long[] ids, TextTokenizer tokenizer, long rows) {
        for (long id : ids) {
            if (id >= rows) {
                throw new IllegalArgumentException(
                        "expected tokens with a row among the table's %d, found %s, id %d; leave it out of the text, or use the model that was trained with it"
                                .formatted(rows, Quoted.of(tokenizer.idToToken(id)), id));
            }
        }
    }

    /** Copies rows of a block's token table; refuses rows that it does not have. */
    static void copy(
            Gpt2InputEmbedding block, NDManager owner, long first, int rows, float[] into) {
        NDArray table = block.getTokenEmbedding().getParameters().valueAt(0).getArray();
        long last = table.getShape().get(0) - 1;
        if (first < 0 || rows < 1 || first > last + 1 - rows) {
            throw new IllegalArgumentException(
                    "rows of the token table: expected some of 0 to %d, found %d from %d"
                            .formatted(last, rows, first));
        }
        try (NDManager scratch = owner.newSubManager()) {
            NDArray chosen = table.get(scratch, new NDIndex().addSliceDim(first, first + rows));
            float[] values = chosen.toType(DataType.FLOAT32, false).toFloatArray();
            System.arraycopy(values, 0, into, 0, values.length);
        }
    }

    /** Pads with a token: the last row of a table may have none. */
    static BatchOptions padded(BatchOptions options, @Nullable TextTokenizer tokenizer) {
        return tokenizer == null || options.paddingId() < tokenizer.vocabularySize()
                ? options
                : options.withPaddingId(tokenizer.vocabularySize() - 1L);
    }
}
