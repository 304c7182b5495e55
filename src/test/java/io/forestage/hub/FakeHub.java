package io.forestage.hub;

import io.forestage.hub.ScriptedServer.Reply;
import io.forestage.hub.ScriptedServer.Request;
import io.forestage.hub.Stored.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/**
 * A server laid out like the hub, and the store that it redirects requests for large files to. Both
 * behave correctly where a test scripts nothing else.
 */
final class FakeHub implements AutoCloseable {

    static final String NAME = "openai-community/gpt2";
    static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    static final String CONFIG = "{\"model_type\": \"gpt2\"}";

    /** One byte is enough: a try that received one does not count as failed. */
    static final RetryPolicy.MinRate ANY_RATE = new RetryPolicy.MinRate(1, Duration.ofMinutes(1));

    /** Long timeouts for a busy machine, and short pauses before a retry. */
    static final RetryPolicy QUICK =
            new RetryPolicy(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10),
                    ANY_RATE,
                    2,
                    Duration.ofMillis(1),
                    Duration.ofSeconds(2));

    private final Map<String, Stored> files = new ConcurrentHashMap<>();
    private final Map<String, Deque<Step>> atHub = new ConcurrentHashMap<>();
    private final Map<String, Deque<Step>> atStore = new ConcurrentHashMap<>();
    private final ScriptedServer hub;
    private final ScriptedServer store;
    private volatile String commit = COMMIT;

    FakeHub() throws IOException {
        hub = new ScriptedServer(this::respondAsHub);
        store = new ScriptedServer(this::respondAsStore);
        put("config.json", CONFIG);
    }

    FakeHub put(String name, byte[] content) {
        files.put(name, new Stored(content));
        return this;
    }

    FakeHub put(String name, String content) {
        return put(name, content.getBytes(StandardCharsets.UTF_8));
    }

    void remove(String name) {
        files.remove(name);
    }

    void commit(String other) {
        commit = other;
    }

    /** Scripts the hub's responses to the next requests for a file, one step a request. */
    FakeHub atHub(String name, Step... steps) {
        atHub.computeIfAbsent(name, each -> new ConcurrentLinkedDeque<>()).addAll(List.of(steps));
        return this;
    }

    /** Scripts the store's responses to the next requests for a file, one step a request. */
    FakeHub atStore(String name, Step... steps) {
        atStore.computeIfAbsent(name, each -> new ConcurrentLinkedDeque<>()).addAll(List.of(steps));
        return this;
    }

    ScriptedServer hub() {
        return hub;
    }

    ScriptedServer store() {
        return store;
    }

    String address(String name) {
        return "%s/%s/resolve/%s/%s".formatted(hub.uri(), NAME, COMMIT, name);
    }

    HubSettings settings() {
        return HubSettings.of(Map.of("HF_ENDPOINT", hub.uri().toString())).with(QUICK);
    }

    /** Returns the ranges of one file that were requested from the store. */
    List<String> rangesOf(String name) {
        return store.requests().stream()
                .filter(request -> request.target().startsWith("/" + name + "?"))
                .map(request -> request.header("range"))
                .toList();
    }

    @Override
    public void close() throws IOException {
        hub.close();
        store.close();
    }

    private void respondAsHub(Request request, Reply reply)
            throws IOException, InterruptedException {
        String[] parts = request.target().split("/resolve/|/(?=[^/]*$)", -1);
        String name = parts[2];
        Stored file = files.get(name);
        Step step = next(atHub, name);
        if (step != null) {
            step.respond(file == null ? new Stored(new byte[0]) : file, request, reply);
        } else if (!parts[0].equals("/" + NAME)) {
            Stored.status(401, "X-Error-Code: RepoNotFound")
                    .respond(new Stored(new byte[0]), request, reply);
        } else if (!List.of("main", commit).contains(parts[1])) {
            reply.head(404, "X-Error-Code: RevisionNotFound", "Content-Length: 0");
        } else if (file == null) {
            reply.head(404, "X-Error-Code: EntryNotFound", "Content-Length: 0");
        } else if (name.endsWith(".safetensors") || name.endsWith(".bin")) {
            reply.head(
                    302,
                    "X-Repo-Commit: " + commit,
                    "X-Linked-Size: " + file.size(),
                    "X-Linked-ETag: \"" + file.sha256() + "\"",
                    "Location: %s/%s?Signature=secret".formatted(store.uri(), name),
                    "Content-Length: 5");
            reply.raw("Found");
        } else {
            reply.head(
                    200,
                    "X-Repo-Commit: " + commit,
                    "ETag: \"" + file.gitSha1() + "\"",
                    "Content-Length: " + file.size());
            reply.body(file.content());
        }
    }

    private void respondAsStore(Request request, Reply reply)
            throws IOException, InterruptedException {
        String name = request.target().substring(1, request.target().indexOf('?'));
        Step step = next(atStore, name);
        Stored file = files.getOrDefault(name, new Stored(new byte[0]));
        if (step == null) {
            Stored.serve(file, request, reply);
        } else {
            step.respond(file, request, reply);
        }
    }

    private static @Nullable Step next(Map<String, Deque<Step>> scripts, String name) {
        Deque<Step> steps = scripts.get(name);
        return steps == null ? null : steps.poll();
    }
}
