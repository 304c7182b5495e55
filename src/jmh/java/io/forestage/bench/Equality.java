package io.forestage.bench;

import ai.djl.ndarray.NDArray;
import io.forestage.torch.HostMemory;

/** Checks that both sides compute the same result before they are timed. */
final class Equality {

    private Equality() {}

    static void requireSameBits(String name, NDArray ours, NDArray rivals) {
        if (!ours.getShape().equals(rivals.getShape())
                || !HostMemory.of(ours).equals(HostMemory.of(rivals))) {
            throw new IllegalStateException(
                    "%s: expected the same bits on both sides, found different ones"
                            .formatted(name));
        }
    }
}
