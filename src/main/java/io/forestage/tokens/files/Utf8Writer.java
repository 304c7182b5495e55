package io.forestage.tokens.files;

import java.io.Writer;
import java.util.Arrays;

/**
 * Writes text to memory as UTF-8. A tokenizer's JSON has two megabytes and is built while a program
 * starts; this saves building it as chars and as a string first. Callers must check that surrogates
 * come in pairs.
 */
final class Utf8Writer extends Writer {

    private byte[] bytes;
    private int size;
    private char highSurrogate;

    Utf8Writer(int capacity) {
        bytes = new byte[capacity];
    }

    /** Returns the number of bytes written so far. */
    int size() {
        return size;
    }

    /** Returns the bytes from … to − 1. */
    byte[] bytes(int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    /** Writes a string with JSON's escapes, without the quotes. */
    void writeEscaped(String text) {
        ensure(Math.multiplyExact(text.length(), 2));
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ') {
                put('\\');
                put('u');
                put('0');
                put('0');
                put(Character.forDigit(c >> 4, 16));
                put(Character.forDigit(c & 0xF, 16));
            } else {
                if (c == '"' || c == '\\') {
                    put('\\');
                }
                put(c);
            }
        }
    }

    /** Writes the bytes from … to − 1 once more. */
    void repeat(int from, int to) {
        ensure(to - from);
        System.arraycopy(bytes, from, bytes, size, to - from);
        size += to - from;
    }

    @Override
    public void write(String text) {
        write(text, 0, text.length());
    }

    @Override
    public void write(int c) {
        ensure(1);
        put((char) c);
    }

    @Override
    public void write(char[] chars, int offset, int length) {
        ensure(length);
        for (int i = offset; i < offset + length; i++) {
            put(chars[i]);
        }
    }

    @Override
    public void write(String text, int offset, int length) {
        ensure(length);
        for (int i = offset; i < offset + length; i++) {
            put(text.charAt(i));
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    private void ensure(int chars) {
        int needed = Math.addExact(size, Math.multiplyExact(chars, 3));
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
        }
    }

    private void put(char c) {
        if (c < 0x80) {
            bytes[size++] = (byte) c;
        } else if (c < 0x800) {
            bytes[size++] = (byte) (0xC0 | (c >> 6));
            putRest(c, 0);
        } else if (Character.isHighSurrogate(c)) {
            highSurrogate = c;
        } else if (Character.isLowSurrogate(c)) {
            int point = Character.toCodePoint(highSurrogate, c);
            bytes[size++] = (byte) (0xF0 | (point >> 18));
            putRest(point, 12);
            putRest(point, 6);
            putRest(point, 0);
        } else {
            bytes[size++] = (byte) (0xE0 | (c >> 12));
            putRest(c, 6);
            putRest(c, 0);
        }
    }

    private void putRest(int point, int shift) {
        bytes[size++] = (byte) (0x80 | ((point >> shift) & 0x3F));
    }
}
