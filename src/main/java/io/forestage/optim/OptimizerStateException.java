package io.forestage.optim;

import io.forestage.support.Quoted;
import java.io.IOException;

/** A saved optimiser state that cannot be used: where, what was expected, what was found. */
public final class OptimizerStateException extends IOException {

    private static final long serialVersionUID = 1;

    OptimizerStateException(String message) {
        super(Quoted.line(message));
    }

    OptimizerStateException(String message, Throwable cause) {
        super(Quoted.line(message), cause);
    }
}
