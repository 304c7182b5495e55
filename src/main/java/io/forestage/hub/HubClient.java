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

/** Asks the hub for a file and follows it to where it lies. */
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
     * @return an answer with the file, a part of it, or the word that it is absent
     */
    HubAnswer get(URI asked, @Nullable Span span)
            throws HubException, CutException, ChangedException {
        RedirectPath path = new RedirectPath(asked, settings.endpoint());
        List<HttpHeaders> hops = new ArrayList<>();
        while (true) {
            URI address = path.current();
            HttpResponse<Flow.Publisher<List<ByteBuffer>>> response = send(asked, address, span);
            hops.add(response.headers());
            BodyFlow body = BodyFlow.of(response.body());
            AnswerHead head = new AnswerHead(response.statusCode(), hops);
            HubAnswer answer = new HubAnswer(asked, address, head, body, settings.patience());
            try {
                if (!RedirectPath.isRedirect(head.status())) {
                    new StatusCheck(settings, answer).check();
                    return answer;
                }
                path.follow(head);
            } catch (HubException | CutException | ChangedException | RuntimeException refused) {
                answer.close();
                throw refused;
            }
            answer.skip();
        }
    }

    private HttpResponse<Flow.Publisher<List<ByteBuffer>>> send(
            URI asked, URI address, @Nullable Span span) throws HubException, CutException {
        Duration longest = settings.patience().stall();
        CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> answer =
                http.sendAsync(request(address, span), HttpResponse.BodyHandlers.ofPublisher());
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

    private HttpRequest request(URI address, @Nullable Span span) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address)
                        .header("User-Agent", "forestage")
                        .header("Accept-Encoding", "identity");
        if (span != null) {
            request.header("Range", span.toHeader());
        }
        settings.tokenFor(address)
                .ifPresent(token -> request.header("Authorization", "Bearer " + token));
        settings.proxies()
                .of(address)
                .map(ProxyAddress::authorization)
                .ifPresent(login -> request.header("Proxy-Authorization", login));
        return request.build();
    }

    /** Sorts a failure: returned if it may pass, thrown if it will not. */
    private CutException failed(URI asked, URI address, @Nullable Throwable failure)
            throws HubException {
        Optional<ProxyAddress> proxy = settings.proxies().of(address);
        String whose =
                Origin.of(address).equals(Origin.of(asked)) ? "" : " from " + address.getHost();
        HubException lasting =
                HubException.of(
                        asked,
                        "an answer"
                                + whose
                                + proxy.map(each -> " through the proxy " + each).orElse(""),
                        ConnectionFailure.reason(failure),
                        "check the network, " + HubException.OTHER_WAY,
                        failure);
        // Whom nobody reached so far is not asked again: a person offline wants to know it soon.
        if (ConnectionFailure.isFinal(failure)
                || (!isReached && ConnectionFailure.isUnreachable(failure))) {
            throw lasting;
        }
        return new CutException(lasting, null);
    }
}
