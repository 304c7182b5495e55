package io.forestage.weights.gguf;

import io.forestage.weights.ByteSource;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A table that is quantised in a way that is not read. The file can be listed; reading the table
 * names its type.
 *
 * @param type the name of the tensor's type
 * @param size the size that the values would have
 */
record UnreadBlocks(ByteSource file, String type, long size) implements ByteSource {

    @Override
    public void read(@Nullable String tensor, long position, ByteBuffer into)
            throws WeightFileException {
        throw problem(
                tensor,
                "values in F32, F16, BF16 or Q8_0",
                type,
                "use a GGUF file of the same model in F16, BF16, F32 or Q8_0, or quantise with"
                        + " --token-embedding-type q8_0");
    }

    @Override
    public void requireUnchanged() throws WeightFileException {
        file.requireUnchanged();
    }

    @Override
    public WeightFileException problem(
            @Nullable String tensor, String expected, String found, String remedy) {
        return file.problem(tensor, expected, found, remedy);
    }

    /** Does nothing: the file is closed with the weight file. */
    @Override
    public void close() {}
}
