package io.forestage.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The rows of several requests end to end, each with its own positions. A vector depends only on
 * its token and position, so no pad is computed, and a request gets the same vectors as alone.
 *
 * @param requests the requests
 */
record PackedBatch(List<TokenRows> requests) {

    PackedBatch {
        requests = List.copyOf(requests);
    }

    /** Ids, mask and positions, int64 (N); empty without requests. */
    NDList inputs(NDManager manager) {
        if (requests.isEmpty()) {
            return new NDList();
        }
        int tokens = tokens();
        long[] ids = new long[tokens];
        long[] mask = new long[tokens];
        long[] positions = new long[tokens];
        Arrays.fill(mask, 1);
        int begin = 0;
        for (TokenRows request : requests) {
            for (long[] row : request.ids()) {
                System.arraycopy(row, 0, ids, begin, row.length);
                for (int i = 0; i < row.length; i++) {
                    positions[begin + i] = i;
                }
                begin += row.length;
            }
        }
        return new NDList(manager.create(ids), manager.create(mask), manager.create(positions));
    }

    /** Splits the vectors (N, D) by request. */
    List<Vectors> cut(NDList output) {
        List<Vectors> parts = new ArrayList<>();
        if (requests.isEmpty()) {
            return parts;
        }
        NDArray vectors = output.singletonOrThrow();
        int tokens = tokens();
        if (vectors.getShape().dimension() != 2 || vectors.getShape().get(0) != tokens) {
            throw new IllegalStateException(
                    "vectors: expected shape (%d, D) of the input stage's block, found %s; put later layers into another model"
                            .formatted(tokens, vectors.getShape()));
        }
        int begin = 0;
        for (TokenRows request : requests) {
            int end = begin + request.tokens();
            parts.add(new Vectors(request, vectors.get(new NDIndex().addSliceDim(begin, end))));
            begin = end;
        }
        return parts;
    }

    private int tokens() {
        return requests.stream().mapToInt(TokenRows::tokens).reduce(0, Math::addExact);
    }
}
