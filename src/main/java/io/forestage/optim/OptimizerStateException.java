package io.forestage.optim;

import io.forestage.support.Quoted;
import java.io.IOException;

/** Thrown for a saved optimiser state that cannot be used. */
public final class OptimizerStateException extends IOException {

    private static final long serialVersionUID = 1;

    OptimizerStateException(String message) {
        super(Quoted.line(message));
    }

    OptimizerStateException(String message, Throwable cause) {
        super(Quoted.line(message), cause);
    }
}
