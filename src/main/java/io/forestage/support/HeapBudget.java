package io.forestage.support;

/**
 * What a file may make a reader keep. A file chooses how many names and values it has, and a heap
 * that is nearly full takes minutes to overflow: who counts beforehand refuses early and can say
 * why.
 */
public final class HeapBudget {

    /** What to do about a file that is sound but too large. */
    public static final String REMEDY =
            "start Java with a larger heap (-Xmx; on the command line, JDK_JAVA_OPTIONS=-Xmx4g)";

    private static final long HEAP = Runtime.getRuntime().maxMemory();

    /** The other half is for what is made of what was read, and for everything else. */
    private long left = HEAP / 2;

    private HeapBudget() {}

    /**
     * Begins to count for one file.
     *
     * @return half of the heap
     */
    public static HeapBudget ofOneFile() {
        return new HeapBudget();
    }

    /**
     * Returns a share of the heap.
     *
     * @param parts into how many parts it is divided
     * @return bytes
     */
    public static long share(int parts) {
        return HEAP / parts;
    }

    /**
     * Says how large the heap is, for messages.
     *
     * @return {@code a heap of N MB}
     */
    public static String heap() {
        return "a heap of %d MB".formatted(HEAP >> 20);
    }

    /**
     * Counts what is kept.
     *
     * @param bytes about so many
     * @return whether that fits too
     */
    public boolean take(long bytes) {
        left -= bytes;
        return left >= 0;
    }

    /**
     * Counts a text that is kept.
     *
     * @param text the text
     * @param bytes what is kept beside its characters
     * @return whether that fits too
     */
    public boolean take(String text, int bytes) {
        return take(bytes + 2L * text.length());
    }
}
