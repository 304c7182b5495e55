package io.forestage.hub;

import java.net.URI;
import java.util.LinkedHashSet;
import java.util.Set;

/** Follows redirects and refuses unsafe ones. */
final class Redirects {

    private static final int MAX_REDIRECTS = 5;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final URI requested;
    private final URI endpoint;
    private final Set<URI> visited = new LinkedHashSet<>();
    private URI current;

    Redirects(URI requested, URI endpoint) {
        this.requested = requested;
        this.endpoint = endpoint;
        this.current = requested;
    }

    static boolean isRedirect(int status) {
        return REDIRECTS.contains(status);
    }

    URI current() {
        return current;
    }

    void follow(ResponseHeaders head) throws HubException {
        visited.add(current);
        String location =
                head.location()
                        .orElseThrow(
                                () ->
                                        refused(
                                                "status %d without a Location header"
                                                        .formatted(head.status())));
        URI next = resolve(location);
        HubSettings.Origin from = HubSettings.Origin.of(current);
        HubSettings.Origin to = HubSettings.Origin.of(next);
        if (to.host().isEmpty() || !(to.isSecure() || to.scheme().equals("http"))) {
            throw refused("a redirect to something other than an http or https address");
        }
        if (from.isSecure() && !to.isSecure()) {
            throw refused("a redirect from https to http at %s".formatted(to.host()));
        }
        if (visited.contains(next)) {
            throw refused("a redirect loop");
        }
        if (visited.size() > MAX_REDIRECTS) {
            throw refused("more than %d redirects".formatted(MAX_REDIRECTS));
        }
        requireAllowedPlace(next);
        current = next;
    }

    /**
     * Refuses servers that only this machine or its network can reach, such as a cloud's
     * credentials service, a printer or another program on loopback: a hub must not make this
     * machine send requests to them.
     */
    private void requireAllowedPlace(URI next) throws HubException {
        Set<NetworkPlace> places = NetworkPlace.of(next);
        places.remove(NetworkPlace.PUBLIC);
        if (!places.isEmpty()) {
            places.removeAll(NetworkPlace.of(endpoint));
        }
        if (!places.isEmpty()) {
            throw refused(
                    "a redirect to %s at %s"
                            .formatted(places.iterator().next().description(), next.getHost()));
        }
    }

    private URI resolve(String location) throws HubException {
        try {
            return current.resolve(location);
        } catch (IllegalArgumentException noAddress) {
            throw refused("a redirect to something other than an http or https address");
        }
    }

    private HubException refused(String found) {
        return HubException.of(
                requested,
                "the file or a redirect to it",
                found,
                "check HF_ENDPOINT and the proxy, " + HubException.OTHER_WAY);
    }
}
