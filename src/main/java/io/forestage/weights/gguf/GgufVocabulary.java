package io.forestage.weights.gguf;

import com.google.gson.stream.JsonWriter;
import io.forestage.support.HeapBudget;
import io.forestage.support.Quoted;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Turns the tokenizer of a GGUF file into the tokenizer.json that the same model has on Hugging
 * Face's hub. Only rules of which both forms are known to give the same ids are turned.
 *
 * @param from the file's tokenizer
 */
record GgufVocabulary(GgufTokenizer from) {

    private static final String END_OF_TEXT = "<|endoftext|>";

    /** The tokens and merges may have this part of the heap. */
    private static final int PARTS_OF_HEAP = 20;

    /** GPT-2's rule, under the names of the models for which llama.cpp takes it. */
    private static final Set<String> LIKE_GPT2 = Set.of("gpt-2", "phi-2");

    /** GPT-2's rule after each digit is cut off. */
    private static final Set<String> WITH_DIGITS = Set.of("starcoder", "refact", "smollm");

    /** Returns the tokenizer.json in UTF-8. */
    byte[] json() throws IOException {
        if (!from.model().equals("gpt2")) {
            throw refused("gpt2, byte-level BPE, as tokenizer.ggml.model", from.model());
        }
        requireFitting();
        boolean digits = WITH_DIGITS.contains(from.splitting());
        boolean unnamed = from.splitting().isEmpty() && from.architecture().equals("gpt2");
        if (!digits && !unnamed && !LIKE_GPT2.contains(from.splitting())) {
            throw refused(
                    "gpt-2, phi-2, starcoder, refact or smollm as tokenizer.ggml.pre",
                    from.splitting());
        }
        StringWriter text = new StringWriter();
        try (JsonWriter out = new JsonWriter(text)) {
            out.beginObject();
            out.name("version").value("1.0");
            writeAdded(out);
            out.name("pre_tokenizer");
            writeSplitting(out, digits);
            out.name("decoder");
            writeByteLevel(out);
            writeModel(out);
            out.endObject();
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The JSON is held as text and as bytes, beside the lists that it is made of. */
    private void requireFitting() throws WeightFileException {
        long chars =
                Stream.concat(from.tokens().stream(), from.merges().stream())
                        .mapToLong(String::length)
                        .sum();
        if (chars > HeapBudget.share(PARTS_OF_HEAP)) {
            throw new WeightFileException(
                    from.file(),
                    null,
                    "tokens and merges that fit " + HeapBudget.heap(),
                    "%d characters".formatted(chars),
                    HeapBudget.REMEDY);
        }
    }

    private void writeAdded(JsonWriter out) throws IOException {
        out.name("added_tokens").beginArray();
        for (int id = 0; id < from.tokens().size(); id++) {
            if (isAdded(id)) {
                out.beginObject();
                out.name("id").value(id);
                out.name("content").value(from.tokens().get(id));
                for (String flag : new String[] {"single_word", "lstrip", "rstrip", "normalized"}) {
                    out.name(flag).value(false);
                }
                out.name("special").value(isSpecial(id));
                out.endObject();
            }
        }
        out.endArray();
    }

    private void writeSplitting(JsonWriter out, boolean digits) throws IOException {
        if (digits) {
            out.beginObject().name("type").value("Sequence").name("pretokenizers").beginArray();
            out.beginObject().name("type").value("Digits");
            out.name("individual_digits").value(true).endObject();
        }
        writeByteLevel(out);
        if (digits) {
            out.endArray().endObject();
        }
    }

    /** The tokenizers library requires all settings, in a decoder too, which uses none. */
    private void writeByteLevel(JsonWriter out) throws IOException {
        out.beginObject().name("type").value("ByteLevel");
        out.name("add_prefix_space").value(from.addsSpace());
        out.name("trim_offsets").value(true).name("use_regex").value(true).endObject();
    }

    private void writeModel(JsonWriter out) throws IOException {
        out.name("model").beginObject().name("type").value("BPE");
        out.name("vocab").beginObject();
        int size = sizeWithoutAddedAtTheEnd();
        for (int id = 0; id < size; id++) {
            out.name(from.tokens().get(id)).value(id);
        }
        out.endObject().name("merges").beginArray();
        for (String merge : from.merges()) {
            out.value(merge);
        }
        out.endArray().endObject();
    }

    /** Added tokens after the vocabulary may have any characters; BPE never makes them. */
    private int sizeWithoutAddedAtTheEnd() {
        int size = from.tokens().size();
        while (size > 0 && isAdded(size - 1)) {
            size--;
        }
        return size;
    }

    private boolean isAdded(int id) {
        return isSpecial(id)
                || (!from.types().isEmpty() && from.types().get(id) == GgufTokenizer.USER_DEFINED);
    }

    private boolean isSpecial(int id) {
        return from.types().isEmpty()
                ? from.tokens().get(id).equals(END_OF_TEXT)
                : from.types().get(id) == GgufTokenizer.CONTROL;
    }

    private WeightFileException refused(String expected, String found) {
        return new WeightFileException(
                from.file(),
                null,
                expected,
                found.isEmpty() ? "none" : Quoted.of(found),
                "put the model's own tokenizer.json into a folder with this file and name the"
                        + " folder");
    }
}
