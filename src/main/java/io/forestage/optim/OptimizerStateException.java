package io.forestage.optim;

import java.io.IOException;

/** A saved optimiser state that cannot be used: where, what was expected, what was found. */
public final class OptimizerStateException extends IOException {

    private static final long serialVersionUID = 1;

    OptimizerStateException(String message) {
        super(message);
    }

    OptimizerStateException(String message, Throwable cause) {
        super(message, cause);
    }
}
