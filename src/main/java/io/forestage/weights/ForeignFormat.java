package io.forestage.weights;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** What people hand over in place of a safetensors file, told by its first bytes. */
enum ForeignFormat {
    LFS_POINTER(
            "version https://git-lfs", "a Git LFS pointer", "fetch the real file: git lfs pull"),
    TORCH_ZIP("PK\003\004", "a zip file, as PyTorch and NumPy write", Remedy.IMPORT),
    TORCH_PICKLE("\u0080", "a PyTorch file (pickle)", Remedy.IMPORT),
    HDF5("\u0089HDF", "an HDF5 file", Remedy.CONVERT),
    GGUF("GGUF", "a GGUF file", Remedy.CONVERT),
    JSON("{", "JSON text", "name the weight file beside it"),
    WEB_PAGE("<", "a web page", "fetch the file itself; the download may need a login");

    /** Enough bytes for the longest beginning. */
    static final int LONGEST = 32;

    private final String beginning;
    private final String description;
    private final String remedy;

    ForeignFormat(String beginning, String description, String remedy) {
        this.beginning = beginning;
        this.description = description;
        this.remedy = remedy;
    }

    /**
     * Guesses. To be asked only when a file is known not to be safetensors: its first bytes are a
     * length, and a length may begin like any of these.
     */
    static Optional<ForeignFormat> of(byte[] head) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        return Arrays.stream(values())
                .filter(format -> text.startsWith(format.beginning))
                .findFirst();
    }

    String description() {
        return description;
    }

    String remedy() {
        return remedy;
    }

    private static final class Remedy {
        static final String IMPORT = "make a safetensors file of it with forestage import";

        static final String CONVERT =
                "convert it to safetensors, or name the model.safetensors of the same model";
    }
}
