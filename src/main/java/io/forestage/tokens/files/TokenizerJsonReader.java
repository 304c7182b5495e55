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
    private final Utf8Writer copy = new Utf8Writer(1 << 21);
    private final JsonWriter out = new JsonWriter(copy);
    private final ComponentReader components;
    private final BpeModelReader model;

    private List<AddedToken> added = List.of();
    private List<Component> normalizers = List.of();
    private List<Component> preTokenizers = List.of();
    private boolean hasDecoder;

    private TokenizerJsonReader(TokenizerFile file, StrictJson json) {
        this.file = file;
        this.json = json;
        this.components = new ComponentReader(file, json);
        this.model = new BpeModelReader(file, json, out, copy);
    }

    /** Reads a file. */
    public static TokenizerJson read(TokenizerFile file) throws TokenizerFileException {
        return file.json(json -> new TokenizerJsonReader(file, json).read());
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
        out.name("normalizer");
        Component.write(normalizers, NORMALIZERS, out);
        out.name("pre_tokenizer");
        Component.write(preTokenizers, PRE_TOKENIZERS, out);
        out.endObject();
        return tokenizer();
    }

    private TokenizerJson tokenizer() throws IOException {
        String entries =
                new AddedTokenReader.Numbering(file, json, added, model.vocabulary()).check();
        Vocabulary table = new Vocabulary(model.vocabulary().tokens(), added);
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
