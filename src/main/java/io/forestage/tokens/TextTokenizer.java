package io.forestage.tokens;

import io.forestage.tokens.bpe.ByteLevelModel;
import io.forestage.tokens.bpe.Utf16;
import io.forestage.tokens.bpe.Vocabulary;
import io.forestage.tokens.files.BpeFiles;
import io.forestage.tokens.files.ByteLevelBpe;
import io.forestage.tokens.files.Gpt2Vocabulary;
import io.forestage.tokens.files.TokenizerFile;
import io.forestage.tokens.files.TokenizerJson;
import io.forestage.tokens.files.TokenizerJsonReader;
import io.forestage.tokens.files.TokenizerKind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Text to token ids and back, with GPT-2's byte-level BPE or a tokenizer.json of its kind.
 *
 * <p>With a byte-level vocabulary that has all 256 bytes, as GPT-2's has, every well-formed string
 * can be encoded and {@code decode(encode(s).ids())} is {@code s}. Nothing is cut, padded, added or
 * lost: a character that a vocabulary lacks is refused. Any number of threads may use one
 * tokenizer.
 *
 * <p><b>Shapes.</b> A text becomes T ids, int64, each from 0 to V − 1.
 *
 * <p><b>Hugging Face.</b> The ids are those of {@code GPT2TokenizerFast} with {@code
 * add_special_tokens=False}. The differences: {@code <|endoftext|>} inside a text is text unless
 * {@link SpecialTokens#RECOGNIZED} is asked for; a file's truncation, padding, dropout and
 * post-processor are left out, so that a token's place holds its space; decoding cleans no spaces
 * up; of a tokenizer.json only what {@link #fromTokenizerJson} names is taken.
 *
 * <p><b>Source.</b> Radford et al. 2019, <i>Language Models are Unsupervised Multitask
 * Learners</i>, section 2.2; Sennrich et al. 2016, <i>Neural Machine Translation of Rare Words with
 * Subword Units</i>, section 3.2.
 *
 * <p><b>Throws.</b> {@link TokenizerFileException} for files; {@link IllegalArgumentException} for
 * null, a lone surrogate, a character that the vocabulary lacks, an id that it lacks; {@link
 * IllegalStateException} after {@link #close()}.
 */
public final class TextTokenizer implements AutoCloseable {

    private final Vocabulary vocabulary;
    private final TokenizerKind kind;
    private final Encoder encoder;

    private TextTokenizer(Vocabulary vocabulary, TokenizerKind kind, Encoder encoder) {
        this.vocabulary = vocabulary;
        this.kind = kind;
        this.encoder = encoder;
    }

    private static TextTokenizer of(TokenizerJson json) throws TokenizerFileException {
        ByteLevelModel model = json.model();
        Encoder encoder =
                model == null
                        ? new NativeEncoder(json)
                        : new JavaEncoder(model, json.vocabulary(), json.added());
        return new TextTokenizer(json.vocabulary(), json.kind(), encoder);
    }

    /** Builds the library's two megabytes of JSON only if the library encodes. */
    private static TextTokenizer of(ByteLevelBpe bpe) throws TokenizerFileException {
        Vocabulary vocabulary = bpe.vocabulary();
        ByteLevelModel model = ByteLevelModel.of(vocabulary, bpe.merges(), bpe.added());
        return model == null
                ? of(bpe.toJson())
                : new TextTokenizer(
                        vocabulary,
                        ByteLevelBpe.KIND,
                        new JavaEncoder(model, vocabulary, bpe.added()));
    }

    /**
     * Makes a tokenizer with GPT-2's own vocabulary of 50257 tokens, which needs no file.
     *
     * @return the tokenizer
     * @throws TokenizerFileException if the jtokkit jar is missing or damaged
     */
    public static TextTokenizer gpt2() throws TokenizerFileException {
        return of(Gpt2Vocabulary.read());
    }

    /**
     * Makes the tokenizer of a model folder: from {@code tokenizer.json} if it is there, else from
     * {@code vocab.json} and {@code merges.txt}, or under the names of OpenAI's release, {@code
     * encoder.json} and {@code vocab.bpe}, else with GPT-2's own vocabulary. A name that is there
     * but cannot be read, such as a link to nothing, is an error and not passed over.
     *
     * @param folder the folder
     * @return the tokenizer
     * @throws TokenizerFileException if the folder is none, if one file of a pair is there without
     *     the other, or if a file cannot be used
     */
    public static TextTokenizer fromFolder(Path folder) throws TokenizerFileException {
        if (!Files.isDirectory(folder)) {
            throw new TokenizerFileException(
                    folder.toString(),
                    "path",
                    "a model folder",
                    Files.exists(folder) ? "a file" : "nothing there",
                    "give the folder that holds config.json");
        }
        Path tokenizer = folder.resolve("tokenizer.json");
        if (isThere(tokenizer)) {
            return fromTokenizerJson(tokenizer);
        }
        for (VocabularyFiles names : VocabularyFiles.values()) {
            Path vocab = folder.resolve(names.vocabulary());
            Path merges = folder.resolve(names.merges());
            if (isThere(vocab) || isThere(merges)) {
                return fromVocabularyAndMerges(vocab, merges);
            }
        }
        return gpt2();
    }

    /**
     * Makes a tokenizer from a tokenizer.json of GPT-2's kind. At many settings the native library
     * ends the whole process, or never comes to an end; so only what cannot do that is taken:
     *
     * <ul>
     *   <li>model: {@code BPE}, with or without {@code unk_token} (which has to be in the
     *       vocabulary) and {@code fuse_unk}; a prefix, a suffix, {@code byte_fallback} and {@code
     *       ignore_merges} have to be empty or false;
     *   <li>normalizer: {@code NFC}, {@code NFD}, {@code NFKC}, {@code NFKD}, {@code Lowercase},
     *       null, or a {@code Sequence} with each of them once at most;
     *   <li>pre-tokenizer: {@code ByteLevel}, {@code Digits}, {@code Whitespace}, {@code
     *       WhitespaceSplit}, null, or a {@code Sequence} with each of them once at most;
     *   <li>decoder: {@code ByteLevel}, or null, which puts spaces between tokens;
     *   <li>added tokens: up to 10000, of 1 to 256 characters, numbered on from the vocabulary;
     *       beside one with {@code lstrip} or {@code rstrip} none that starts or ends with white
     *       space.
     * </ul>
     *
     * <p>Everything else in these places is refused by name, among it {@code Split} with its
     * regular expressions, as Llama 3 has it, {@code Replace}, {@code Metaspace}, {@code WordPiece}
     * and {@code Unigram}. The file's truncation, padding, dropout, post-processor and unknown
     * settings are left out, so that a text's ids are always all of them and always the same.
     *
     * @param file the file, a regular one of at most 64 MB
     * @return the tokenizer
     * @throws TokenizerFileException if the file cannot be used
     */
    public static TextTokenizer fromTokenizerJson(Path file) throws TokenizerFileException {
        return of(TokenizerJsonReader.read(new TokenizerFile(file)));
    }

    /**
     * Makes a byte-level tokenizer from the two files that GPT-2 was published with. {@code
     * <|endoftext|>} is its special token if the vocabulary has it.
     *
     * @param vocab vocab.json: each token's id
     * @param merges merges.txt: two tokens a line, first merge first
     * @return the tokenizer
     * @throws TokenizerFileException if a file cannot be used, or if they do not fit each other
     */
    public static TextTokenizer fromVocabularyAndMerges(Path vocab, Path merges)
            throws TokenizerFileException {
        BpeFiles files = new BpeFiles(new TokenizerFile(vocab), new TokenizerFile(merges));
        return of(files.read());
    }

    /**
     * Returns the vocabulary's size, the smallest table that holds every id.
     *
     * @return V, the highest id + 1 over the model's and the added tokens; a file may leave ids
     *     below it without a token
     */
    public int vocabularySize() {
        encoder.checkOpen();
        return vocabulary.size();
    }

    /**
     * Returns a token's id.
     *
     * @param token the token as the vocabulary spells it, {@code Ġhello} for a space and {@code
     *     hello}
     * @return the id, or empty if the vocabulary lacks the token
     */
    public OptionalInt tokenToId(String token) {
        encoder.checkOpen();
        return vocabulary.id(token);
    }

    /**
     * Returns an id's token.
     *
     * @param id the id, from 0 to V − 1
     * @return the token as the vocabulary spells it
     * @throws IllegalArgumentException if the vocabulary lacks the id
     */
    public String idToToken(long id) {
        encoder.checkOpen();
        String token = vocabulary.token(id);
        if (token == null) {
            throw new IllegalArgumentException(unknown("id " + id));
        }
        return token;
    }

    /**
     * Encodes a text, special tokens as text.
     *
     * @param text the text
     * @return its tokens
     * @throws IllegalArgumentException if the text is null, has a lone surrogate, or has a
     *     character that the vocabulary lacks
     */
    public TokenSequence encode(String text) {
        return encode(text, SpecialTokens.AS_TEXT);
    }

    /**
     * Encodes a text.
     *
     * @param text the text
     * @param specialTokens what a special token's spelling inside the text means
     * @return its tokens
     * @throws IllegalArgumentException if the text is null, has a lone surrogate, or has a
     *     character that the vocabulary lacks
     */
    public TokenSequence encode(String text, SpecialTokens specialTokens) {
        Objects.requireNonNull(specialTokens, "specialTokens");
        Utf16.check(text);
        return encoder.encode(text, specialTokens);
    }

    /**
     * Encodes several texts at once, to the same tokens as one by one. With a vocabulary of GPT-2's
     * kind many texts, and a long one too, are divided among the threads of the {@link
     * java.util.concurrent.ForkJoinPool} that calls, else of the common one; with another, among
     * the native library's, one for each core.
     *
     * @param texts the texts
     * @param specialTokens what a special token's spelling inside a text means
     * @return the tokens of each text, in the texts' order
     * @throws IllegalArgumentException as {@link #encode(String)}; the message names the text
     */
    public List<TokenSequence> encodeAll(List<String> texts, SpecialTokens specialTokens) {
        Objects.requireNonNull(specialTokens, "specialTokens");
        Utf16.checkAll(texts);
        return encoder.encodeAll(texts, specialTokens);
    }

    /**
     * Encodes several texts into one batch.
     *
     * @param texts the texts, at least one
     * @param options the rows' maximum, the padding, and what becomes of longer texts
     * @return the batch
     * @throws IllegalArgumentException as {@link #encodeAll}; also if there is no text, if a text
     *     is too long and {@link OnTooLong#reject()} holds, or if the vocabulary lacks the padding
     *     id
     */
    public TokenBatch encodeBatch(List<String> texts, BatchOptions options) {
        encoder.checkOpen();
        if (vocabulary.token(options.paddingId()) == null) {
            throw new IllegalArgumentException(
                    unknown("paddingId " + options.paddingId())
                            + "; choose one with BatchOptions.withPaddingId");
        }
        Utf16.checkAll(texts);
        return TokenBatch.cut(encoder.ids(texts, options.specialTokens()), options);
    }

    /**
     * Returns the text of some ids: for byte-level tokenizers the exact inverse of encoding,
     * special tokens spelled out. Ids that cut a character in half give U+FFFD there, as the bytes
     * are no UTF-8. For a tokenizer.json without a decoder it is the tokens with spaces between.
     *
     * @param ids the ids
     * @return the text
     * @throws IllegalArgumentException if the vocabulary lacks an id; the message names its index
     */
    public String decode(long... ids) {
        encoder.checkOpen();
        for (int i = 0; i < ids.length; i++) {
            if (vocabulary.token(ids[i]) == null) {
                throw new IllegalArgumentException(
                        unknown("id %d at index %d".formatted(ids[i], i)));
            }
        }
        if (!kind.spellsBytes()) {
            return LongStream.of(ids).mapToObj(vocabulary::token).collect(Collectors.joining(" "));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(ids.length * 4);
        for (long id : ids) {
            bytes.writeBytes(vocabulary.bytes((int) id));
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /**
     * Refuses any further use, and frees native tokenizers once no thread uses them. A second call
     * does nothing.
     */
    @Override
    public void close() {
        encoder.close();
    }

    /** A link to nothing is there, and so is what cannot be looked at. */
    private static boolean isThere(Path file) {
        return !Files.notExists(file, LinkOption.NOFOLLOW_LINKS);
    }

    private String unknown(String what) {
        return "%s is not in this vocabulary: expected 0 to %d"
                .formatted(what, vocabulary.size() - 1);
    }

    /** An encoder of well-formed texts; all implementations return the same ids. */
    interface Encoder extends AutoCloseable {

        TokenSequence encode(String text, SpecialTokens specialTokens);

        List<TokenSequence> encodeAll(List<String> texts, SpecialTokens specialTokens);

        /** The ids of each text alone; the arrays are the caller's. */
        List<long[]> ids(List<String> texts, SpecialTokens specialTokens);

        /** Refuses a closed encoder. */
        void checkOpen();

        @Override
        void close();

        /** An error for the use of a closed encoder. */
        static IllegalStateException closed() {
            return new IllegalStateException(
                    "this tokenizer is closed; close it after its last use, or make a new one");
        }
    }
}
