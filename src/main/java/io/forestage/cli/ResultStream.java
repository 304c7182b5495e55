package io.forestage.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Standard output that remembers why it could not be written, which a PrintWriter forgets. */
final class ResultStream extends FilterOutputStream {

    private @Nullable IOException failure;

    ResultStream(OutputStream out) {
        super(out);
    }

    /** The first failure, or null if everything was written. */
    @Nullable IOException failure() {
        return failure;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            failure = failure == null ? e : failure;
            throw e;
        }
    }
}
