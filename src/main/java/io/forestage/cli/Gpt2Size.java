package io.forestage.cli;

import io.forestage.model.ModelConfig;

/**
 * GPT-2's four sizes and the number of their parameters.
 *
 * <p><b>Source.</b> Radford et al. 2019, "Language Models are Unsupervised Multitask Learners",
 * table 2. The paper's own totals are smaller than those of the published weights, which are these.
 */
enum Gpt2Size {
    /** The smallest, 124 million parameters. */
    SMALL("gpt2", 12, 768),
    /** 355 million parameters. */
    MEDIUM("gpt2-medium", 24, 1024),
    /** 774 million parameters. */
    LARGE("gpt2-large", 36, 1280),
    /** The largest, 1.56 billion parameters. */
    XL("gpt2-xl", 48, 1600);

    private final String modelName;
    private final long layers;
    private final long width;

    Gpt2Size(String modelName, long layers, long width) {
        this.modelName = modelName;
        this.layers = layers;
        this.width = width;
    }

    /** Returns the model's name on Hugging Face's hub. */
    String modelName() {
        return modelName;
    }

    /** Returns the number of blocks. */
    long layers() {
        return layers;
    }

    /** Returns D. */
    long width() {
        return width;
    }

    /** Returns the parameters of the token table, which is the output layer's too: V · D. */
    long wte() {
        return ModelConfig.GPT2_VOCAB_SIZE * width;
    }

    /** Returns the parameters of the position table: P · D. */
    long wpe() {
        return ModelConfig.GPT2_N_POSITIONS * width;
    }

    /**
     * Returns the parameters of all blocks. In each, attention has 3 D² + 3 D for queries, keys and
     * values and D² + D for its output; the network 4 D² + 4 D and 4 D² + D; and the two norms 2 D
     * each.
     */
    long blocks() {
        long attention = 4 * width * width + 4 * width;
        long network = 8 * width * width + 5 * width;
        return layers * (attention + network + 4 * width);
    }

    /** Returns the parameters of the norm after the last block: 2 D. */
    long lastNorm() {
        return 2 * width;
    }

    /** Returns the sum of all. */
    long total() {
        return wte() + wpe() + blocks() + lastNorm();
    }
}
