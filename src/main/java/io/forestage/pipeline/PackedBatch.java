package io.forestage.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.forestage.Embeddings;
import io.forestage.tokens.TokenBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The rows of several requests end to end, each with its own positions. A vector depends only on
 * its token and position, so a request gets the same vectors as alone.
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
        return new NDList(
                manager.create(joined(TokenBatch::ids)),
                manager.create(joined(TokenBatch::attentionMask)),
                manager.create(joined(TokenBatch::positionIds)));
    }

    /** Splits the vectors (N, D) by request. */
    List<Vectors> split(NDList output) {
        List<Vectors> answers = new ArrayList<>();
        if (requests.isEmpty()) {
            return answers;
        }
        NDArray vectors = output.singletonOrThrow();
        Shape shape = vectors.getShape();
        if (shape.dimension() != 2 || shape.get(0) != size()) {
            throw new IllegalStateException(
                    "vectors: expected shape (%d, D) of the input stage's block, found %s; put later layers into another model"
                            .formatted(size(), shape));
        }
        long begin = 0;
        for (int i = 0; i < requests.size(); i++) {
            List<Embeddings> embeddings = new ArrayList<>();
            for (TokenBatch batch : parts.get(i)) {
                long end = begin + size(batch);
                NDArray own = vectors.get(new NDIndex().addSliceDim(begin, end));
                embeddings.add(
                        Embeddings.of(
                                own.getManager(),
                                batch,
                                own.reshape(batch.batchSize(), batch.length(), shape.get(1))));
                begin = end;
            }
            answers.add(new Vectors(requests.get(i), embeddings));
        }
        return answers;
    }

    private long[] joined(Function<TokenBatch, long[]> values) {
        long[] all = new long[Math.toIntExact(size())];
        int begin = 0;
        for (List<TokenBatch> request : parts) {
            for (TokenBatch batch : request) {
                long[] own = values.apply(batch);
                System.arraycopy(own, 0, all, begin, own.length);
                begin += own.length;
            }
        }
        return all;
    }

    private long size() {
        return parts.stream().flatMap(List::stream).mapToLong(PackedBatch::size).sum();
    }

    private static long size(TokenBatch batch) {
        return (long) batch.batchSize() * batch.length();
    }
}
