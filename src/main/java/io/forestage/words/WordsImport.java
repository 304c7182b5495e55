package io.forestage.words;

import io.forestage.model.ModelConfig;
import io.forestage.model.ModelWriter;
import io.forestage.model.PositionKind;
import io.forestage.tokens.SpecialTokens;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenSequence;
import io.forestage.weights.ElementType;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.RowSource;
import io.forestage.weights.StoredType;
import io.forestage.weights.TensorSource;
import io.forestage.weights.words.WordList;
import io.forestage.weights.words.WordVectorFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Makes a model folder of a file of word vectors: a word that is exactly one token of GPT-2, with a
 * space before it, gives the token its vector. All other rows are drawn from N(0,
 * initializer_range) and recorded as not trained.
 *
 * <p>In a file that {@link WordsExport} wrote of a GPT-2, words are tokens as the vocabulary spells
 * them ({@code Ġking}). If at least a quarter of a file's words begin with {@code Ġ}, each word is
 * looked for in the vocabulary as it is.
 */
public final class WordsImport {

    private static final int TOGETHER = 1 << 14;

    /** A space before a word in GPT-2's spelling. Of GPT-2's tokens, two thirds begin with it. */
    private static final String SPACE = "Ġ";

    private static final int LEAST_SHARE = 4;

    private final Path file;
    private final Path target;

    /**
     * Prepares an import; nothing is read or written yet.
     *
     * @param file a file of word vectors
     * @param target the model folder to write
     */
    public WordsImport(Path file, Path target) {
        this.file = file;
        this.target = target;
    }

    /**
     * How a file of word vectors is imported.
     *
     * @param force true to replace an existing model
     * @param storedType the element type to write; {@link StoredType#KEEP} is float32
     * @param positions the number of learned positions, drawn too; 0 for a model without positions
     * @param seed the seed of the rows that are drawn
     */
    public record Options(boolean force, StoredType storedType, int positions, int seed) {

        /**
         * Checks the values.
         *
         * @throws IllegalArgumentException if there are fewer than 0 positions
         */
        public Options {
            if (positions < 0) {
                throw new IllegalArgumentException(
                        "positions: expected 0 or more, found %d".formatted(positions));
            }
        }
    }

    /**
     * The result.
     *
     * @param target the model folder that was written
     * @param words the words of the file
     * @param repeated how many more words of the file were left out because they came again
     * @param taken how many of them are one token
     * @param spelledAsTokens whether the file spells words as GPT-2's vocabulary does
     * @param tokens V, the rows of the table
     * @param width D
     */
    public record Report(
            Path target,
            int words,
            int repeated,
            int taken,
            boolean spelledAsTokens,
            int tokens,
            int width) {}

    /**
     * Imports.
     *
     * @param options how
     * @return the result
     * @throws IOException if the file is invalid, no word is a token, or the target exists or
     *     cannot be written
     */
    public Report run(Options options) throws IOException {
        ModelWriter.requireFree(target, options.force());
        try (WordVectorFile words = WordVectorFile.open(file)) {
            boolean spelledAsTokens = isSpelledAsTokens(words.words());
            int[] wordOfToken = wordsOfTokens(words.words(), spelledAsTokens);
            BitSet taken = new BitSet();
            for (int token = 0; token < wordOfToken.length; token++) {
                taken.set(token, wordOfToken[token] >= 0);
            }
            if (taken.isEmpty()) {
                throw new IOException(
                        "%s: expected words that are one token of GPT-2 with a space before them, found none among %d; check the file's language"
                                .formatted(file, words.words().size()));
            }
            new ModelWriter(
                            config(words.width(), options),
                            tables(words, wordOfToken, options),
                            null,
                            String.valueOf(file.toAbsolutePath().getFileName()),
                            taken,
                            Map.of("seed", Integer.toString(options.seed())))
                    .write(target, options.force(), folder -> {});
            return new Report(
                    target,
                    words.words().size(),
                    words.repeated(),
                    taken.cardinality(),
                    spelledAsTokens,
                    wordOfToken.length,
                    words.width());
        }
    }

    private static ModelConfig config(int width, Options options) {
        return new ModelConfig(
                ModelConfig.GPT2_VOCAB_SIZE,
                options.positions() == 0 ? ModelConfig.GPT2_N_POSITIONS : options.positions(),
                width,
                0,
                ModelConfig.DEFAULT_INITIALIZER_RANGE,
                options.positions() == 0 ? PositionKind.NONE : PositionKind.LEARNED,
                OptionalLong.of(ModelConfig.GPT2_EOS_TOKEN_ID),
                OptionalInt.empty());
    }

    private static boolean isSpelledAsTokens(WordList words) {
        long spaces = 0;
        for (int i = 0; i < words.size(); i++) {
            spaces += words.word(i).startsWith(SPACE) ? 1 : 0;
        }
        return LEAST_SHARE * spaces >= words.size();
    }

    /** Returns the word of each token, or -1. */
    private static int[] wordsOfTokens(WordList words, boolean spelledAsTokens) throws IOException {
        int[] wordOfToken = new int[ModelConfig.GPT2_VOCAB_SIZE];
        Arrays.fill(wordOfToken, -1);
        try (TextTokenizer tokenizer = TextTokenizer.gpt2()) {
            if (spelledAsTokens) {
                for (int token = 0; token < wordOfToken.length; token++) {
                    wordOfToken[token] = words.indexOf(tokenizer.idToToken(token));
                }
                return wordOfToken;
            }
            for (int start = 0; start < words.size(); start += TOGETHER) {
                take(words, start, tokenizer, wordOfToken);
            }
        }
        return wordOfToken;
    }

    private static void take(
            WordList words, int start, TextTokenizer tokenizer, int[] wordOfToken) {
        List<String> texts = new ArrayList<>();
        for (int i = start; i < Math.min(words.size(), start + TOGETHER); i++) {
            String word = words.word(i);
            // One whose bytes are not UTF-8 does not find itself again.
            texts.add(words.indexOf(word) == i ? " " + word : "");
        }
        List<TokenSequence> tokens = tokenizer.encodeAll(texts, SpecialTokens.AS_TEXT);
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.get(i).size() == 1) {
                wordOfToken[(int) tokens.get(i).ids()[0]] = start + i;
            }
        }
    }

    private static List<TensorSource> tables(
            WordVectorFile words, int[] wordOfToken, Options options) {
        int width = words.width();
        List<TensorSource> tables = new ArrayList<>();
        tables.add(
                table(
                        Gpt2Table.WTE,
                        wordOfToken.length,
                        width,
                        options.storedType(),
                        () -> {
                            Drawn drawn = new Drawn(options.seed(), width);
                            return row -> vector(words, wordOfToken[row], drawn);
                        }));
        if (options.positions() > 0) {
            tables.add(
                    table(
                            Gpt2Table.WPE,
                            options.positions(),
                            width,
                            options.storedType(),
                            () -> {
                                Drawn drawn = new Drawn(~options.seed(), width);
                                return row -> drawn.next();
                            }));
        }
        return tables;
    }

    /** A table whose rows are asked for once each, in their order, whenever it is written. */
    private static TensorSource table(
            Gpt2Table table,
            int rows,
            int width,
            StoredType stored,
            Supplier<IntFunction<float[]>> newRows) {
        ElementType type = stored.of(ElementType.F32);
        return new TensorSource(
                table.tensorName(),
                type,
                List.of((long) rows, (long) width),
                channel -> {
                    try {
                        new RowSource(table.tensorName(), rows, width, newRows.get())
                                .as(type)
                                .writeTo(channel);
                    } catch (UncheckedIOException e) {
                        throw e.getCause();
                    }
                });
    }

    /** Draws for every row, so that those of the others do not depend on the file's words. */
    private static float[] vector(WordVectorFile words, int word, Drawn drawn) {
        float[] vector = drawn.next();
        if (word >= 0) {
            try {
                words.read(word, 1, vector);
            } catch (IOException e) {
                throw new UncheckedIOException(e.getMessage(), e);
            }
        }
        return vector;
    }

    /** Rows from N(0, initializer_range), one after another. */
    private static final class Drawn {

        private final Random random;
        private final float[] row;

        Drawn(int seed, int width) {
            random = new Random(seed);
            row = new float[width];
        }

        float[] next() {
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) (random.nextGaussian() * ModelConfig.DEFAULT_INITIALIZER_RANGE);
            }
            return row;
        }
    }
}
