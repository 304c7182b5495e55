package io.forestage.hub;

/** A response that contradicts earlier ones: the file must be fetched from its start. */
final class FileChangedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final HubException lasting;

    FileChangedException(HubException lasting) {
        super(lasting);
        this.lasting = lasting;
    }

    /** The error to report if it happens again. */
    HubException lasting() {
        return lasting;
    }
}
