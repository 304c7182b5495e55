package io.forestage.hub;

/** A response that contradicts earlier ones: the file must be fetched again from its start. */
final class FileChangedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final HubException error;

    FileChangedException(HubException error) {
        super(error);
        this.error = error;
    }

    /** Returns the error to report if it happens again. */
    HubException error() {
        return error;
    }
}
