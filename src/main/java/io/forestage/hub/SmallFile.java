package io.forestage.hub;

import java.io.ByteArrayInputStream;
import java.io.IOException;

/** A small file's content, and what the hub says of it. */
final class SmallFile {

    private final byte[] content;
    private final AnswerHead head;

    SmallFile(byte[] content, AnswerHead head) {
        this.content = content;
        this.head = head;
    }

    byte[] content() {
        return content;
    }

    AnswerHead head() {
        return head;
    }

    RemoteFile remote() {
        return new RemoteFile(content.length, head.etag().orElse(null));
    }

    /** Tells whether the content is what its name promises, where it promises anything. */
    boolean fitsItsName() throws IOException {
        Etag etag = remote().etag();
        return etag == null || etag.fits(new ByteArrayInputStream(content), content.length);
    }
}
