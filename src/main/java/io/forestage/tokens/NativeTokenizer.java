package io.forestage.tokens;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.forestage.natives.NativeCache;
import io.forestage.tokens.files.TokenizerJson;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * A native tokenizer without DJL's truncation (at 512 tokens) and padding (with id 0). The owner
 * must not close it while it encodes.
 *
 * <p>Ids are read through DJL's JNI class: an {@link Encoding} copies eight arrays and makes an
 * object for each token, which takes longer than the tokenizing.
 */
final class NativeTokenizer implements AutoCloseable {

    private static final Map<String, String> OPTIONS =
            Map.of(
                    "truncation", "false",
                    "padding", "false",
                    "addSpecialTokens", "false",
                    "modelMaxLength", String.valueOf(Integer.MAX_VALUE));

    private final HuggingFaceTokenizer tokenizer;

    private NativeTokenizer(HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    static NativeTokenizer open(TokenizerJson json, SpecialTokens specialTokens)
            throws TokenizerFileException {
        NativeCache.requirePrivate();
        LibUtils.checkStatus();
        try (InputStream in = json.stream(specialTokens == SpecialTokens.RECOGNIZED)) {
            return new NativeTokenizer(HuggingFaceTokenizer.newInstance(in, OPTIONS));
        } catch (IOException | RuntimeException e) {
            throw new TokenizerFileException(
                    json.file(),
                    "whole file",
                    "a tokenizer that Hugging Face's tokenizers library can build",
                    String.valueOf(e.getMessage()),
                    "compare it with the tokenizer.json of a published model",
                    e);
        }
    }

    long[] ids(String text) {
        return ids(TokenizersLibrary.LIB.encode(tokenizer.getHandle(), text, false));
    }

    /** The ids of each text; the native library encodes several texts in parallel. */
    long[][] ids(String[] texts) {
        long[] encodings = TokenizersLibrary.LIB.batchEncode(tokenizer.getHandle(), texts, false);
        long[][] ids = new long[encodings.length][];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = ids(encodings[i]);
        }
        return ids;
    }

    /** The whole encoding, with its offsets in code points. */
    Encoding encoding(String text) {
        try {
            return tokenizer.encode(text, false, false);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "text: the native tokenizer failed: %s".formatted(e.getMessage()), e);
        }
    }

    @Override
    public void close() {
        tokenizer.close();
    }

    private static long[] ids(long encoding) {
        try {
            return TokenizersLibrary.LIB.getTokenIds(encoding);
        } finally {
            TokenizersLibrary.LIB.deleteEncoding(encoding);
        }
    }
}
