package io.forestage.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.forestage.Embeddings;
import io.forestage.PackedRows;
import io.forestage.tokens.TokenBatch;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The rows of several requests end to end.
 *
 * @param requests the requests
 * @param parts the batches of each request
 */
record PackedBatch(List<TokenRows> requests, List<List<TokenBatch>> parts) {

    static PackedBatch of(List<TokenRows> requests) {
        return new PackedBatch(
                List.copyOf(requests), requests.stream().map(TokenRows::parts).toList());
    }

    /** Ids, mask and positions, int64 (N); empty without requests. */
    NDList inputs(NDManager manager) {
        if (requests.isEmpty()) {
            return new NDList();
        }
        PackedRows rows = rows();
        return new NDList(
                manager.create(rows.ids()),
                manager.create(rows.attentionMask()),
                manager.create(rows.positionIds()));
    }

    /** Splits the vectors (N, D) by request. */
    List<Vectors> split(NDList output) {
        List<Vectors> answers = new ArrayList<>();
        if (requests.isEmpty()) {
            return answers;
        }
        Iterator<NDArray> vectors = rows().split(output.singletonOrThrow()).iterator();
        for (int i = 0; i < requests.size(); i++) {
            List<Embeddings> embeddings = new ArrayList<>();
            for (TokenBatch batch : parts.get(i)) {
                NDArray own = vectors.next();
                embeddings.add(Embeddings.of(own.getManager(), batch, own));
            }
            answers.add(new Vectors(requests.get(i), embeddings));
        }
        return answers;
    }

    private PackedRows rows() {
        return new PackedRows(parts.stream().flatMap(List::stream).toList());
    }
}
