package io.forestage.corpus;

import org.jspecify.annotations.Nullable;

/**
 * A line of a source.
 *
 * @param place {@code FILE, line N}
 * @param text its text, or empty if it has none
 * @param problem why it has none, or null
 */
record Line(String place, String text, @Nullable String problem) {}
