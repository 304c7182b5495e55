package io.forestage.corpus;

import java.util.List;

/**
 * Lines that are embedded together.
 *
 * @param lines the lines, none at the end
 * @param end the place after them
 * @param readBytes the bytes of all sources that were read so far, as they are stored
 */
record LineBatch(List<Line> lines, Position end, long readBytes) {}
