package io.forestage.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.forestage.decoder.attention.SoftmaxAttention;

/** A decoder and its head, from vectors to logits, for use without gradients. */
interface DecoderStack extends AutoCloseable {

    /**
     * Takes the decoder's values as they are now.
     *
     * @param head (V, D)
     */
    static DecoderStack of(Gpt2Decoder decoder, NDArray head) {
        return decoder.config().attention() instanceof SoftmaxAttention softmax
                ? new SoftmaxStack(decoder, softmax, head)
                : new RecurrentStack(decoder, head);
    }

    /**
     * Computes the logits after each token.
     *
     * @param vectors (B, T, D), without padding
     * @return (B, T, V), in the manager of the vectors
     */
    NDArray logits(NDArray vectors);

    /**
     * Starts rows of tokens.
     *
     * @param owner closes the rows if nobody else does; on the decoder's device
     * @param batch B
     * @param capacity how many tokens a row will have at most
     */
    DecoderState start(NDManager owner, int batch, int capacity);

    @Override
    void close();
}
