package io.forestage.hub;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** A model's files on the hub at one revision. */
record RemoteRepository(HubClient client, HubModel model) {

    /** Returns the same repository at a commit, so that all files come from that commit. */
    RemoteRepository pinnedTo(String commit) {
        return new RemoteRepository(client, model.at(commit));
    }

    URI address(String file) {
        return URI.create(
                "%s/%s/resolve/%s/%s"
                        .formatted(
                                client.settings().endpoint(),
                                model.name(),
                                model.revision().replace("/", "%2F"),
                                file));
    }

    RetryPolicy retryPolicy() {
        return client.settings().retryPolicy();
    }

    HubResponse get(String file, @Nullable ByteRange range)
            throws HubException, TransientException, FileChangedException {
        return client.get(address(file), range);
    }
}
