package io.forestage.cli;

import ai.djl.ndarray.NDArray;
import io.forestage.Embeddings;
import io.forestage.cli.console.PrintableText;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenBatch;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints a batch, a JSON object for each row, without the padding. */
final class EmbeddingsJson {

    private final @Nullable TextTokenizer tokenizer;
    private final PrintWriter out;

    EmbeddingsJson(@Nullable TextTokenizer tokenizer, PrintWriter out) {
        this.tokenizer = tokenizer;
        this.out = out;
    }

    /** Prints a batch; {@code texts} is empty for a batch of ids. */
    void print(List<String> texts, Embeddings embeddings) {
        TokenBatch batch = embeddings.batch();
        for (int row = 0; row < batch.batchSize(); row++) {
            Map<String, Object> json = new LinkedHashMap<>();
            if (!texts.isEmpty()) {
                json.put("text", texts.get(batch.textIndex(row)));
            }
            addTokens(row, embeddings, json);
            out.println(PrintableText.json(json));
        }
    }

    private void addTokens(int row, Embeddings embeddings, Map<String, Object> json) {
        TokenBatch batch = embeddings.batch();
        long[] allIds = batch.ids();
        long[] mask = batch.attentionMask();
        long[] allPositions = batch.positionIds();
        List<Long> ids = new ArrayList<>();
        List<String> tokens = new ArrayList<>();
        List<Long> positions = new ArrayList<>();
        List<float[]> vectors = new ArrayList<>();
        for (int column = 0; column < batch.length(); column++) {
            int i = row * batch.length() + column;
            if (mask[i] == 0) {
                continue;
            }
            ids.add(allIds[i]);
            positions.add(allPositions[i]);
            if (tokenizer != null && allIds[i] < tokenizer.vocabularySize()) {
                tokens.add(tokenizer.idToToken(allIds[i]));
            }
            try (NDArray vector = embeddings.embeddings().get(row, column)) {
                vectors.add(vector.toFloatArray());
            }
        }
        json.put("ids", ids);
        if (tokens.size() == ids.size()) {
            json.put("tokens", tokens);
        }
        json.put("positions", positions);
        json.put("embeddings", vectors);
    }
}
