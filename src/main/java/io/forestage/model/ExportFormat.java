package io.forestage.model;

/** The formats that a model's tables can be written in. */
public enum ExportFormat {
    /** safetensors, under GPT-2's names. */
    SAFETENSORS,
    /** NumPy's archive, as {@code wte} and {@code wpe}. */
    NPZ,
    /** DJL's own parameter file of a {@link io.forestage.nn.Gpt2InputEmbedding}. */
    PARAMS
}
