package io.forestage.hub;

/** An answer that does not fit those before it: the file has to be fetched from its start. */
final class FileChangedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final HubException lasting;

    FileChangedException(HubException lasting) {
        super(lasting);
        this.lasting = lasting;
    }

    /** What it is if it happens again. */
    HubException lasting() {
        return lasting;
    }
}
