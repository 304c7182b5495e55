package io.forestage.tokens.files;

import com.google.gson.stream.JsonWriter;
import io.forestage.support.Quoted;
import io.forestage.support.StrictJson;
import io.forestage.tokens.TokenizerFileException;
import io.forestage.tokens.bpe.AddedToken;
import io.forestage.tokens.bpe.ByteLevelModel;
import io.forestage.tokens.bpe.Vocabulary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Reads a tokenizer.json in one pass and writes a new one for the native tokenizer. The new one has
 * only parts that are known to be safe there: see {@link Component.Kind} and {@link
 * BpeModelReader.Settings}. It leaves out the decoder, because decoding is done in Java, truncation
 * and padding, and the post-processor, which would add special tokens and trim offsets.
 */
public final class TokenizerJsonReader {

    private static final String NORMALIZERS = "normalizers";
    private static final String PRE_TOKENIZERS = "pretokenizers";

    private final TokenizerFile file;
    private final StrictJson json;
    private final SideFiles settings;
    private final Utf8Writer copy = new Utf8Writer(1 << 21);
    private final JsonWriter out = new JsonWriter(copy);
    private final ComponentReader components;
    private final BpeModelReader model;

    private List<AddedToken> added = List.of();
    private List<Component> normalizers = List.of();
    private List<Component> preTokenizers = List.of();
    private boolean hasDecoder;

    private TokenizerJsonReader(TokenizerFile file, StrictJson json, SideFiles settings) {
        this.file = file;
        this.json = json;
        this.settings = settings;
        this.components = new ComponentReader(file, json);
        this.model = new BpeModelReader(file, json, out, copy);
    }

    /** Reads a file alone. */
    public static TokenizerJson read(TokenizerFile file) throws TokenizerFileException {
        return read(file, SideFiles.NONE);
    }

    /** Reads a file with what the files beside it say. */
    static TokenizerJson read(TokenizerFile file, SideFiles settings)
            throws TokenizerFileException {
        return file.json(json -> new TokenizerJsonReader(file, json, settings).read());
    }

    private TokenizerJson read() throws IOException {
        out.beginObject();
        json.object(
                "a JSON object",
                name -> {
                    switch (name) {
                        case "version" -> checkVersion();
                        case "added_tokens" ->
                                added = new AddedTokenReader(file, json, model.vocabulary()).read();
                        case "normalizer" ->
                                normalizers =
                                        components.read(NORMALIZERS, Component.Kind.NORMALIZERS);
                        case "pre_tokenizer" ->
                                preTokenizers =
                                        components.read(
                                                PRE_TOKENIZERS, Component.Kind.PRE_TOKENIZERS);
                        case "decoder" -> hasDecoder = components.readDecoder();
                        case "model" -> model.read();
                        default -> json.skip();
                    }
                });
        model.checkVocabulary();
        added = settings.addTo(added, model.vocabulary().ids(), file);
        requireNothingReplacedInTokens();
        Boolean prefixSpace = settings.prefixSpace();
        if (prefixSpace != null) {
            boolean value = prefixSpace;
            preTokenizers = preTokenizers.stream().map(c -> c.withPrefixSpace(value)).toList();
        }
        out.name("normalizer");
        Component.write(normalizers, NORMALIZERS, out);
        out.name("pre_tokenizer");
        Component.write(preTokenizers, PRE_TOKENIZERS, out);
        out.endObject();
        return tokenizer();
    }

    /**
     * The library normalizes the added tokens too. One that a Replace makes empty, or gives white
     * space at an end, could break its search.
     */
    private void requireNothingReplacedInTokens() throws TokenizerFileException {
        if (normalizers.stream().noneMatch(c -> c.kind() == Component.Kind.REPLACE)) {
            return;
        }
        for (AddedToken token : added) {
            if (token.normalized() || token.stripsSpace()) {
                throw file.notAllowed(
                        "$.normalizer",
                        "no Replace beside added tokens that are normalized or strip white space",
                        "one beside %s".formatted(Quoted.of(token.content())));
            }
        }
    }

    private TokenizerJson tokenizer() throws IOException {
        String entries =
                new AddedTokenReader.Numbering(file, json, added, model.vocabulary()).check();
        Vocabulary table = new Vocabulary(model.vocabulary().tokens(), added);
        boolean byteLevel =
                preTokenizers.stream().anyMatch(c -> c.kind() == Component.Kind.BYTE_LEVEL);
        components.requireDecoder(byteLevel);
        model.requireUnusedSettings(byteLevel && table.hasEveryByte(), table, added);
        TokenizerKind.Rules rules =
                new TokenizerKind.Rules(
                        normalizers, preTokenizers, hasDecoder, model.hasUnknownToken(), added);
        ByteLevelModel.Merges merges = rules.splitsLikeGpt2() ? model.merges() : null;
        return new TokenizerJson(
                file.name(),
                insertAtVocabularyEnd(entries),
                added,
                table,
                rules.kind(table),
                merges == null ? null : ByteLevelModel.of(table, merges, added));
    }

    private byte[] insertAtVocabularyEnd(String entries) {
        int end = model.vocabularyEnd();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(copy.size() + entries.length());
        bytes.writeBytes(copy.bytes(1, end));
        bytes.writeBytes(entries.getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(copy.bytes(end, copy.size()));
        return bytes.toByteArray();
    }

    private void checkVersion() throws IOException {
        String version = json.string("a version");
        if (!version.equals("1.0")) {
            throw json.problem("version 1.0", Quoted.cut(version));
        }
    }
}
