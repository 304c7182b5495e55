package io.forestage.support;

/**
 * How much of one file's content a reader may keep on the heap. A file decides how many names and
 * values it has, and a heap that is nearly full takes minutes to overflow. Counting first refuses
 * such a file at once, with a message that names the reason.
 */
public final class HeapBudget {

    /** What to do about a sound file that is too large. */
    public static final String REMEDY =
            "start Java with a larger heap (-Xmx; on the command line, JDK_JAVA_OPTIONS=-Xmx4g)";

    private static final long HEAP = Runtime.getRuntime().maxMemory();

    /** The other half is for what is built from the content, and for everything else. */
    private long left = HEAP / 2;

    private HeapBudget() {}

    /**
     * Returns the budget of one file.
     *
     * @return half of the heap
     */
    public static HeapBudget ofOneFile() {
        return new HeapBudget();
    }

    /**
     * Returns a share of the heap.
     *
     * @param parts the number of equal shares
     * @return the bytes of one share
     */
    public static long share(int parts) {
        return HEAP / parts;
    }

    /**
     * Returns the size of the heap, for messages.
     *
     * @return {@code a heap of N MB}
     */
    public static String heap() {
        return "a heap of %d MB".formatted(HEAP >> 20);
    }

    /**
     * Counts bytes that are kept.
     *
     * @param bytes about how many
     * @return whether they fit too
     */
    public boolean take(long bytes) {
        left -= bytes;
        return left >= 0;
    }

    /**
     * Counts a text that is kept.
     *
     * @param text the text
     * @param bytes what is kept beside its characters, such as an entry of a map
     * @return whether it fits too
     */
    public boolean take(String text, int bytes) {
        return take(bytes + 2L * text.length());
    }
}
