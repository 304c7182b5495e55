package io.forestage.weights;

/** The formats of weight files. */
public enum WeightFormat {
    /** Hugging Face's safetensors. */
    SAFETENSORS("safetensors"),
    /** PyTorch's {@code torch.save}, as a zip file or in the format before PyTorch 1.6. */
    PYTORCH("PyTorch"),
    /** TensorFlow's checkpoint, version 2, as OpenAI released GPT-2. */
    TENSORFLOW("TensorFlow checkpoint"),
    /** NumPy's {@code .npy} and {@code .npz}. */
    NUMPY("NumPy"),
    /** llama.cpp's GGUF. */
    GGUF("GGUF"),
    /** The model files of llm.c. */
    LLMC("llm.c");

    private final String title;

    WeightFormat(String title) {
        this.title = title;
    }

    /** Returns the format's name for messages. */
    public String title() {
        return title;
    }
}
