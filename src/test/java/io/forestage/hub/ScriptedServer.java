package io.forestage.hub;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * A web server on loopback that misbehaves as a test scripts it: it cuts responses, stalls and
 * sends false headers. Each connection takes one request.
 */
final class ScriptedServer implements AutoCloseable {

    private final ServerSocket socket;
    private final Script script;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    ScriptedServer(Script script) throws IOException {
        this.script = script;
        this.socket = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        start(this::accept);
    }

    /** What the server does. */
    @FunctionalInterface
    interface Script {
        void respond(Request request, Reply reply) throws IOException, InterruptedException;
    }

    /** A request; header names are in lower case. */
    record Request(String method, String target, Map<String, String> headers) {

        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /** Writes a response; the connection closes when the script returns. */
    record Reply(OutputStream out, CountDownLatch closed) {

        Reply head(int status, String... headers) throws IOException {
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Scripted\r\n");
            for (String header : headers) {
                head.append(header).append("\r\n");
            }
            return raw(head.append("Connection: close\r\n\r\n").toString());
        }

        Reply raw(String text) throws IOException {
            return body(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        Reply body(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
            return this;
        }

        /** Sends nothing more until the test is over. */
        void stall() throws InterruptedException {
            closed.await();
        }
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    List<Request> requests() {
        return requests;
    }

    /**
     * Stops responding. The socket stays bound until the JVM ends, and new connections are closed
     * at once, so that a late request reaches no other test's server.
     */
    @Override
    public void close() {
        closed.countDown();
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = socket.accept();
                if (closed.getCount() == 0) {
                    connection.close();
                } else {
                    start(() -> serve(connection));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            Request request = read(new BufferedInputStream(connection.getInputStream()));
            requests.add(request);
            script.respond(request, new Reply(connection.getOutputStream(), closed));
        } catch (IOException | InterruptedException gone) {
            // The client has disconnected, as some tests intend.
        }
    }

    private static Request read(InputStream in) throws IOException {
        String[] first = line(in).split(" ", -1);
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return new Request(first[0], first[1], headers);
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the client has disconnected");
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.ISO_8859_1).strip();
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "scripted-server");
        thread.setDaemon(true);
        thread.start();
    }
}
