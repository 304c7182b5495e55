package io.forestage.hub;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Requests files from the hub and follows redirects. */
final class HubClient {

    private final HubSettings settings;
    private final HttpClient http;
    private boolean isReached;

    HubClient(HubSettings settings) {
        this.settings = settings;
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        // One file at a time needs no multiplexing, and HTTP/1.1 needs no upgrade.
                        .version(HttpClient.Version.HTTP_1_1)
                        // The JDK would send the token to the redirect's target too.
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(settings.retryPolicy().connect());
        if (!settings.proxies().isEmpty()) {
            builder.proxy(settings.proxies());
        }
        this.http = builder.build();
    }

    HubSettings settings() {
        return settings;
    }

    /**
     * Requests a file or a part of it.
     *
     * @return a response with the file, a part of it, or status 404
     */
    HubResponse get(URI requested, @Nullable ByteRange range)
            throws HubException, TransientException, FileChangedException {
        Redirects path = new Redirects(requested, settings.endpoint());
        List<HttpHeaders> hops = new ArrayList<>();
        while (true) {
            URI address = path.current();
            HttpResponse<Flow.Publisher<List<ByteBuffer>>> received =
                    send(requested, address, range);
            hops.add(received.headers());
            ResponseBody body = ResponseBody.of(received.body());
            ResponseHeaders head = new ResponseHeaders(received.statusCode(), hops);
            HubResponse response =
                    new HubResponse(requested, address, head, body, settings.retryPolicy());
            try {
                if (!Redirects.isRedirect(head.status())) {
                    new StatusCheck(settings, response).check();
                    return response;
                }
                path.follow(head);
            } catch (HubException
                    | TransientException
                    | FileChangedException
                    | RuntimeException refused) {
                response.close();
                throw refused;
            }
            response.skip();
        }
    }

    private HttpResponse<Flow.Publisher<List<ByteBuffer>>> send(
            URI requested, URI address, @Nullable ByteRange range)
            throws HubException, TransientException {
        Duration timeout = settings.retryPolicy().stall();
        CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> future =
                http.sendAsync(request(address, range), HttpResponse.BodyHandlers.ofPublisher());
        try {
            // On some JDKs a request's own timeout also limits the time for the body.
            HttpResponse<Flow.Publisher<List<ByteBuffer>>> response =
                    future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            isReached = true;
            return response;
        } catch (InterruptedException interrupted) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw HubException.interrupted(HubException.shown(requested), interrupted);
        } catch (TimeoutException late) {
            future.cancel(true);
            throw failed(requested, address, ConnectionFailure.silence(timeout));
        } catch (ExecutionException failure) {
            throw failed(requested, address, failure.getCause());
        }
    }

    private HttpRequest request(URI address, @Nullable ByteRange range) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address)
                        .header("User-Agent", "forestage")
                        .header("Accept-Encoding", "identity");
        if (range != null) {
            request.header("Range", range.toHeader());
        }
        settings.tokenFor(address)
                .ifPresent(token -> request.header("Authorization", "Bearer " + token));
        settings.proxies()
                .of(address)
                .map(ProxySettings.ProxyAddress::authorization)
                .ifPresent(login -> request.header("Proxy-Authorization", login));
        return request.build();
    }

    /** Returns the failure if a retry may help, and throws it if not. */
    private TransientException failed(URI requested, URI address, @Nullable Throwable failure)
            throws HubException {
        Optional<ProxySettings.ProxyAddress> proxy = settings.proxies().of(address);
        boolean isRedirected =
                !HubSettings.Origin.of(address).equals(HubSettings.Origin.of(requested));
        HubException error =
                HubException.of(
                        requested,
                        "a response%s%s"
                                .formatted(
                                        isRedirected ? " from " + address.getHost() : "",
                                        proxy.map(each -> " through the proxy " + each).orElse("")),
                        ConnectionFailure.reason(failure),
                        "check the network, " + HubException.OTHER_WAY,
                        failure);
        // If no request has succeeded yet, fail at once: the user is probably offline.
        if (ConnectionFailure.isFinal(failure)
                || (!isReached && ConnectionFailure.isUnreachable(failure))) {
            throw error;
        }
        return new TransientException(error, null);
    }
}
