package io.forestage.corpus;

import java.io.IOException;

/**
 * JSON lines: an object a line, with {@code line}, {@code ids} and {@code vector}, or {@code
 * vectors} with one for each token. A line that was skipped has null for both.
 */
final class JsonLines {

    /** The characters that are collected before they are written. */
    private static final int PIECE = 1 << 18;

    private final int width;
    private final boolean eachToken;
    private final Target target;
    private final StringBuilder json = new StringBuilder();

    JsonLines(int width, boolean eachToken, Target target) {
        this.width = width;
        this.eachToken = eachToken;
        this.target = target;
    }

    /** Receives ASCII. */
    @FunctionalInterface
    interface Target {
        void write(CharSequence text) throws IOException;
    }

    /** Writes a line with its end. */
    void write(long number, EmbeddedLine line) throws IOException {
        json.append("{\"line\":").append(number).append(",\"ids\":");
        if (line.isSkipped()) {
            json.append(eachToken ? "null,\"vectors\":null" : "null,\"vector\":null");
        } else {
            writeIds(line.ids());
            if (eachToken) {
                json.append(",\"vectors\":[");
                for (int i = 0; i < line.ids().length; i++) {
                    json.append(i == 0 ? "" : ",");
                    writeVector(line.vectors(), i * width);
                }
                json.append(']');
            } else {
                json.append(",\"vector\":");
                writeVector(line.vectors(), 0);
            }
        }
        json.append("}\n");
        flush();
    }

    private void writeIds(long[] ids) throws IOException {
        json.append('[');
        for (int i = 0; i < ids.length; i++) {
            json.append(i == 0 ? "" : ",").append(ids[i]);
            if (json.length() > PIECE) {
                flush();
            }
        }
        json.append(']');
    }

    /** The decimals are those that Java reads as the same float. JSON has no NaN: null. */
    private void writeVector(float[] vectors, int begin) throws IOException {
        json.append('[');
        for (int i = begin; i < begin + width; i++) {
            json.append(i == begin ? "" : ",");
            if (Float.isFinite(vectors[i])) {
                json.append(vectors[i]);
            } else {
                json.append("null");
            }
        }
        json.append(']');
        if (json.length() > PIECE) {
            flush();
        }
    }

    private void flush() throws IOException {
        target.write(json);
        json.setLength(0);
    }
}
