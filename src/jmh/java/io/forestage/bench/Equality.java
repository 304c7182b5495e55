package io.forestage.bench;

import ai.djl.ndarray.NDArray;
import io.forestage.torch.HostMemory;

/** What must hold before two ways to a result are timed. */
final class Equality {

    private Equality() {}

    static void requireSameBits(String name, NDArray ours, NDArray rivals) {
        if (!ours.getShape().equals(rivals.getShape())
                || !HostMemory.of(ours).equals(HostMemory.of(rivals))) {
            throw new IllegalStateException(name + ": ours and the rival's are not the same bits");
        }
    }
}
