package io.forestage.training;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A text piece by piece. */
interface TextPieces {

    /** The next one; null at the end. */
    @Nullable String next() throws IOException;

    /** The line that is being read, from 1. */
    int line();
}
