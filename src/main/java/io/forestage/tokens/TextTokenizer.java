package io.forestage.tokens;

import io.forestage.tokens.bpe.ByteLevelModel;
import io.forestage.tokens.bpe.Utf16;
import io.forestage.tokens.bpe.Vocabulary;
import io.forestage.tokens.files.BpeFiles;
import io.forestage.tokens.files.ByteLevelBpe;
import io.forestage.tokens.files.Gpt2Vocabulary;
import io.forestage.tokens.files.TokenizerFile;
import io.forestage.tokens.files.TokenizerFolder;
import io.forestage.tokens.files.TokenizerJson;
import io.forestage.tokens.files.TokenizerJsonReader;
import io.forestage.tokens.files.TokenizerKind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Text to token ids and back, with GPT-2's byte-level BPE or a tokenizer.json of its kind.
 *
 * <p>A byte-level vocabulary that has all 256 bytes, such as GPT-2's, encodes every well-formed
 * string, and {@code decode(encode(s).ids())} is {@code s}. Nothing is cut, padded, added or lost:
 * a character that a vocabulary lacks is refused. It is thread-safe.
 *
 * <p><b>Shapes.</b> A text becomes T ids, int64, each from 0 to V − 1.
 *
 * <p><b>Hugging Face.</b> The ids are those of {@code GPT2TokenizerFast} with {@code
 * add_special_tokens=False}. The differences: {@code <|endoftext|>} inside a text is text unless
 * {@link SpecialTokens#RECOGNIZED} is set; a file's truncation, padding, dropout and post-processor
 * are ignored, so a token's offsets include its space; decoding does not clean up spaces; a
 * tokenizer.json may have only the components that {@link #fromTokenizerJson(Path)} lists.
 *
 * <p><b>Source.</b> Radford et al. 2019, <i>Language Models are Unsupervised Multitask
 * Learners</i>, section 2.2; Sennrich et al. 2016, <i>Neural Machine Translation of Rare Words with
 * Subword Units</i>, section 3.2.
 *
 * <p><b>Throws.</b> {@link TokenizerFileException} for files; {@link IllegalArgumentException} for
 * null, a lone surrogate, or a character or id that the vocabulary lacks; {@link
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

    /** Builds the native library's two megabytes of JSON only if that library encodes. */
    private static TextTokenizer of(ByteLevelBpe bpe) throws TokenizerFileException {
        Vocabulary vocabulary = bpe.vocabulary();
        ByteLevelModel model = bpe.model(vocabulary);
        return model == null
                ? of(bpe.toJson())
                : new TextTokenizer(
                        vocabulary, bpe.kind(), new JavaEncoder(model, vocabulary, bpe.added()));
    }

    /**
     * Makes a tokenizer with GPT-2's own vocabulary of 50257 tokens; it needs no file.
     *
     * @return the tokenizer
     * @throws TokenizerFileException if the jtokkit jar is missing or damaged
     */
    public static TextTokenizer gpt2() throws TokenizerFileException {
        return of(Gpt2Vocabulary.read());
    }

    /**
     * Makes the tokenizer of a model folder: from {@code tokenizer.json} if it exists, else from
     * {@code vocab.json} and {@code merges.txt}, or {@code encoder.json} and {@code vocab.bpe} as
     * in OpenAI's release, else with GPT-2's own vocabulary. A file that exists but cannot be read,
     * such as a broken link, is an error, and so is a tokenizer of another kind, by its file or by
     * the class in {@code tokenizer_config.json} or {@code config.json}.
     *
     * <p>{@code tokenizer_config.json}, {@code special_tokens_map.json} and {@code
     * added_tokens.json} are read as transformers 5 reads them: {@code add_prefix_space}, and
     * tokens that are added to the vocabulary.
     *
     * @param folder the folder
     * @return the tokenizer
     * @throws TokenizerFileException if the path is not a folder, one file of a pair is missing, or
     *     a file is invalid
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
        TokenizerFolder files = TokenizerFolder.of(folder);
        return files.source() == TokenizerFolder.Source.TOKENIZER_JSON
                ? of(files.json())
                : of(files.bpe());
    }

    /**
     * Makes a tokenizer from a tokenizer.json of GPT-2's kind. With many settings the native
     * library crashes the process or never returns, so only these are accepted:
     *
     * <ul>
     *   <li>model: {@code BPE}, with or without {@code unk_token} and {@code fuse_unk}; prefix and
     *       suffix must be empty; {@code byte_fallback}, {@code ignore_merges} and an {@code
     *       unk_token} outside the vocabulary only where they change nothing, because every byte
     *       has a token and merges make all others;
     *   <li>normalizer: {@code NFC}, {@code NFD}, {@code NFKC}, {@code NFKD}, {@code Lowercase},
     *       {@code Replace} of a text by one that is not longer, null, or a {@code Sequence} with
     *       each of them at most once;
     *   <li>pre-tokenizer: {@code ByteLevel}, {@code Digits}, {@code Whitespace}, {@code
     *       WhitespaceSplit}, null, or a {@code Sequence} with each of them at most once; also
     *       {@code Split} with GPT-2's own pattern before {@code ByteLevel} without it;
     *   <li>decoder: null, which puts spaces between tokens, or {@code ByteLevel}; any other beside
     *       the pre-tokenizer {@code ByteLevel}, whose tokens are decoded to their bytes;
     *   <li>added tokens: up to 10000, of 1 to 256 characters, with the ids that follow the
     *       vocabulary's; if one has {@code lstrip} or {@code rstrip}, no other may start or end
     *       with white space.
     * </ul>
     *
     * <p>Any other component is refused by name, such as {@code Split} with other regular
     * expressions (Llama 3), {@code Metaspace}, {@code WordPiece} and {@code Unigram}. The file's
     * truncation, padding, dropout, post-processor and unknown settings are ignored, so a text
     * always has the same ids, and all of them.
     *
     * @param file a regular file of at most 64 MB
     * @return the tokenizer
     * @throws TokenizerFileException if the file cannot be read or is invalid
     */
    public static TextTokenizer fromTokenizerJson(Path file) throws TokenizerFileException {
        return of(TokenizerJsonReader.read(new TokenizerFile(file)));
    }

    /**
     * Makes a tokenizer from the content of a tokenizer.json, which is checked like a file.
     *
     * @param origin the file that it comes from, for messages
     * @param json the content, in UTF-8; not copied
     * @return the tokenizer
     * @throws TokenizerFileException if it is invalid, as in {@link #fromTokenizerJson(Path)}
     */
    public static TextTokenizer fromTokenizerJson(Path origin, byte[] json)
            throws TokenizerFileException {
        return of(TokenizerJsonReader.read(new TokenizerFile(origin, json)));
    }

    /**
     * Makes a byte-level tokenizer from the two files that GPT-2 was published with. Its special
     * token is {@code <|endoftext|>}, if the vocabulary has it.
     *
     * @param vocab vocab.json: each token's id
     * @param merges merges.txt: two tokens a line, first merge first
     * @return the tokenizer
     * @throws TokenizerFileException if a file is invalid, or the two do not match
     */
    public static TextTokenizer fromVocabularyAndMerges(Path vocab, Path merges)
            throws TokenizerFileException {
        return of(BpeFiles.alone(new TokenizerFile(vocab), new TokenizerFile(merges)).read());
    }

    /**
     * Returns the vocabulary's size: the rows that a table needs.
     *
     * @return V, the highest id + 1; in some files not every id below it has a token
     */
    public int vocabularySize() {
        encoder.checkOpen();
        return vocabulary.size();
    }

    /**
     * Returns a token's id.
     *
     * @param token the token as the vocabulary spells it, such as {@code Ġhello} for " hello"
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
            throw unknown("id %d".formatted(id), "");
        }
        return token;
    }

    /**
     * Encodes a text, special tokens as text.
     *
     * @param text the text
     * @return its tokens
     * @throws IllegalArgumentException as {@link #encode(String, SpecialTokens)}
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
     * @throws IllegalArgumentException if the text is null, has a lone surrogate or a character
     *     that the vocabulary lacks
     */
    public TokenSequence encode(String text, SpecialTokens specialTokens) {
        Objects.requireNonNull(specialTokens, "specialTokens");
        Utf16.check(text);
        return encoder.encode(text, specialTokens);
    }

    /**
     * Encodes several texts at once, to the same tokens as one by one. With a vocabulary of GPT-2's
     * kind, many or long texts are encoded in parallel: in the {@link
     * java.util.concurrent.ForkJoinPool} of the calling thread, else in the common pool. With any
     * other, the native library uses a thread for each core.
     *
     * @param texts the texts
     * @param specialTokens what a special token's spelling inside a text means
     * @return the tokens of each text, in the texts' order
     * @throws IllegalArgumentException as {@link #encode(String)}; the message has the text's index
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
     * @param options the rows' maximum, the padding, and how longer texts are handled
     * @return the batch
     * @throws IllegalArgumentException as {@link #encodeAll}; also if there is no text, a text is
     *     too long for {@link OnTooLong#reject()}, or the vocabulary lacks the padding id
     */
    public TokenBatch encodeBatch(List<String> texts, BatchOptions options) {
        encoder.checkOpen();
        if (vocabulary.token(options.paddingId()) == null) {
            throw unknown(
                    "paddingId %d".formatted(options.paddingId()),
                    "; choose another with BatchOptions.withPaddingId");
        }
        Utf16.checkAll(texts);
        return TokenBatch.cut(encoder.ids(texts, options.specialTokens()), options);
    }

    /**
     * Decodes ids: for byte-level tokenizers the exact inverse of encoding, special tokens spelled
     * out. Where ids split a character, the text has U+FFFD, as their bytes are not valid UTF-8.
     * For a tokenizer.json without a decoder the text is the tokens, joined by spaces.
     *
     * @param ids the ids
     * @return the text
     * @throws IllegalArgumentException if the vocabulary lacks an id; the message names its index
     */
    public String decode(long... ids) {
        encoder.checkOpen();
        for (int i = 0; i < ids.length; i++) {
            if (vocabulary.token(ids[i]) == null) {
                throw unknown("id %d at index %d".formatted(ids[i], i), "");
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
     * Closes the tokenizer: later calls throw. Native tokenizers are freed once no thread uses
     * them. A second call does nothing.
     */
    @Override
    public void close() {
        encoder.close();
    }

    private IllegalArgumentException unknown(String id, String remedy) {
        return new IllegalArgumentException(
                "%s is not in this vocabulary: expected 0 to %d%s"
                        .formatted(id, vocabulary.size() - 1, remedy));
    }

    /** An encoder of well-formed texts; all implementations return the same ids. */
    interface Encoder extends AutoCloseable {

        TokenSequence encode(String text, SpecialTokens specialTokens);

        List<TokenSequence> encodeAll(List<String> texts, SpecialTokens specialTokens);

        /** The ids of each text alone; the arrays are the caller's. */
        List<long[]> ids(List<String> texts, SpecialTokens specialTokens);

        /** Throws if the encoder is closed. */
        void checkOpen();

        @Override
        void close();

        /** The exception for the use of a closed encoder. */
        static IllegalStateException closed() {
            return new IllegalStateException(
                    "this tokenizer is closed; close it after its last use, or make a new one");
        }
    }
}
