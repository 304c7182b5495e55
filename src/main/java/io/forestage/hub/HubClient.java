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
                        // One file at a time needs no multiplexing, and 1.1 no upgrade.
                        .version(HttpClient.Version.HTTP_1_1)
                        // The token must not go where a redirect leads.
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(settings.patience().connect());
        if (!settings.proxies().isEmpty()) {
            builder.proxy(settings.proxies());
        }
        this.http = builder.build();
    }

    HubSettings settings() {
        return settings;
    }

    /**
     * Asks for a file or for a part of it.
     *
     * @return a response with the file, a part of it, or status 404
     */
    HubResponse get(URI asked, @Nullable ByteRange range)
            throws HubException, TransientException, FileChangedException {
        Redirects path = new Redirects(asked, settings.endpoint());
        List<HttpHeaders> hops = new ArrayList<>();
        while (true) {
            URI address = path.current();
            HttpResponse<Flow.Publisher<List<ByteBuffer>>> response = send(asked, address, range);
            hops.add(response.headers());
            ResponseBody body = ResponseBody.of(response.body());
            ResponseHeaders head = new ResponseHeaders(response.statusCode(), hops);
            HubResponse answer = new HubResponse(asked, address, head, body, settings.patience());
            try {
                if (!Redirects.isRedirect(head.status())) {
                    new StatusCheck(settings, answer).check();
                    return answer;
                }
                path.follow(head);
            } catch (HubException
                    | TransientException
                    | FileChangedException
                    | RuntimeException refused) {
                answer.close();
                throw refused;
            }
            answer.skip();
        }
    }

    private HttpResponse<Flow.Publisher<List<ByteBuffer>>> send(
            URI asked, URI address, @Nullable ByteRange range)
            throws HubException, TransientException {
        Duration longest = settings.patience().stall();
        CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> answer =
                http.sendAsync(request(address, range), HttpResponse.BodyHandlers.ofPublisher());
        try {
            // A request's own timeout would cover the body too on some JDKs, however steady it is.
            HttpResponse<Flow.Publisher<List<ByteBuffer>>> response =
                    answer.get(longest.toMillis(), TimeUnit.MILLISECONDS);
            isReached = true;
            return response;
        } catch (InterruptedException interrupted) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw HubException.interrupted(HubException.shown(asked), interrupted);
        } catch (TimeoutException late) {
            answer.cancel(true);
            throw failed(asked, address, ConnectionFailure.silence(longest));
        } catch (ExecutionException failure) {
            throw failed(asked, address, failure.getCause());
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

    /** Classifies a failure: returned if a retry may help, thrown if not. */
    private TransientException failed(URI asked, URI address, @Nullable Throwable failure)
            throws HubException {
        Optional<ProxySettings.ProxyAddress> proxy = settings.proxies().of(address);
        String whose =
                HubSettings.Origin.of(address).equals(HubSettings.Origin.of(asked))
                        ? ""
                        : " from " + address.getHost();
        HubException lasting =
                HubException.of(
                        asked,
                        "an answer"
                                + whose
                                + proxy.map(each -> " through the proxy " + each).orElse(""),
                        ConnectionFailure.reason(failure),
                        "check the network, " + HubException.OTHER_WAY,
                        failure);
        // If no request has succeeded yet, fail at once: the user is probably offline.
        if (ConnectionFailure.isFinal(failure)
                || (!isReached && ConnectionFailure.isUnreachable(failure))) {
            throw lasting;
        }
        return new TransientException(lasting, null);
    }
}
