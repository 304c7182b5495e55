package io.forestage.hub;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A request that may succeed when it is sent again. */
final class TransientException extends Exception {

    private static final long serialVersionUID = 1L;

    private final HubException lasting;
    private final transient @Nullable Duration pause;

    TransientException(HubException lasting, @Nullable Duration pause) {
        super(lasting);
        this.lasting = lasting;
        this.pause = pause;
    }

    /** The error to report if retrying does not help. */
    HubException lasting() {
        return lasting;
    }

    /** How long the server asks to wait, or null. */
    @Nullable Duration pause() {
        return pause;
    }
}
