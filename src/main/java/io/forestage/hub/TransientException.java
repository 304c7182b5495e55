package io.forestage.hub;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A request that may succeed when it is sent again. */
final class TransientException extends Exception {

    private static final long serialVersionUID = 1L;

    private final HubException error;
    private final transient @Nullable Duration pause;

    TransientException(HubException error, @Nullable Duration pause) {
        super(error);
        this.error = error;
        this.pause = pause;
    }

    /** Returns the error to report if retrying does not help. */
    HubException error() {
        return error;
    }

    /** Returns how long the server asks to wait, or null. */
    @Nullable Duration pause() {
        return pause;
    }
}
