package io.forestage.hub;

import io.forestage.support.Quoted;
import java.util.Set;

/** Checks a response's status: accepts a file or its absence, and throws an error for any other. */
final class StatusCheck {

    private static final Set<String> MODEL_NOT_FOUND = Set.of("RepoNotFound", "RevisionNotFound");

    private final HubSettings settings;
    private final HubResponse response;
    private final ResponseHeaders head;

    StatusCheck(HubSettings settings, HubResponse response) {
        this.settings = settings;
        this.response = response;
        this.head = response.head();
    }

    /** Accepts a response with the file or a part of it, and one with status 404. */
    void check() throws HubException, TransientException, FileChangedException {
        if (response.isFromProxy()) {
            throw proxyProblem();
        }
        switch (head.status()) {
            case 200, 206 -> requireFile();
            case 401, 403 -> throw forbidden();
            case 404 -> requireModel();
            case 416 -> throw response.changed("the requested bytes", status());
            case 408, 429, 500, 502, 503, 504 -> throw retryable();
            default -> throw response.problem("the file", status(), HubException.BY_HAND);
        }
    }

    private HubException proxyProblem() {
        String proxy =
                settings.proxies()
                        .of(response.effectiveAddress())
                        .map(each -> " " + each)
                        .orElse("");
        String remedy =
                head.status() == 407
                        ? "put its user and password into HTTPS_PROXY (HTTP_PROXY for an http"
                                + " address), and for https start Java with"
                                + " -Djdk.http.auth.tunneling.disabledSchemes="
                        : "check HTTPS_PROXY and NO_PROXY, " + HubException.OTHER_WAY;
        return response.problem(
                "the proxy%s to forward the request".formatted(proxy), status(), remedy);
    }

    private void requireFile() throws HubException {
        if (head.isWebPage()) {
            throw response.problem(
                    "the file",
                    "a web page",
                    "check HF_ENDPOINT, and whether the network requires a login first");
        }
        if (head.isEncoded()) {
            throw response.problem("an uncompressed file", "a compressed one", "check HF_ENDPOINT");
        }
    }

    private void requireModel() throws HubException {
        if (MODEL_NOT_FOUND.contains(head.errorCode())) {
            throw response.problem(
                    "the model at that revision", status(), "check the model's name and revision");
        }
    }

    private HubException forbidden() throws TransientException {
        if (response.isRedirected()) {
            // A signed link has expired; the hub returns a new one.
            throw retryable();
        }
        String login =
                settings.tokenFor(response.effectiveAddress()).isPresent()
                        ? "check that the token in HF_TOKEN is valid and may read the model"
                        : "set HF_TOKEN to a token that may read the model";
        return response.problem(
                "access to the model",
                status(),
                "%s, accept the model's terms on its page if it has any, and check its name: the hub responds the same for models that do not exist"
                        .formatted(login));
    }

    private TransientException retryable() {
        String pause =
                head.retryAfter()
                        .map(each -> ", retry after %d s".formatted(each.toSeconds()))
                        .orElse("");
        return new TransientException(
                response.problem(
                        "the file",
                        status() + pause,
                        "start the download again later, " + HubException.OTHER_WAY),
                head.retryAfter().orElse(null));
    }

    private String status() {
        String code = head.errorCode();
        return "status %d%s%s"
                .formatted(
                        head.status(),
                        code.isEmpty() ? "" : " (" + Quoted.cut(code) + ")",
                        response.isRedirected()
                                ? " from " + response.effectiveAddress().getHost()
                                : "");
    }
}
