package io.forestage.weights.zip;

import io.forestage.weights.ByteSource;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The passes under way over a zip's deflated entries. Each holds native memory, so the one that was
 * used longest ago makes room for another; should it be needed again, it starts anew.
 */
final class Inflations implements AutoCloseable {

    private static final int MOST = 16;

    private final ByteSource file;
    private final Map<ZipEntry, Inflation> passes = new LinkedHashMap<>();

    Inflations(ByteSource file) {
        this.file = file;
    }

    synchronized void read(@Nullable String tensor, ZipEntry entry, long position, ByteBuffer into)
            throws WeightFileException {
        Inflation pass = passBefore(entry, position);
        boolean hasMore = false;
        try {
            pass.skipTo(tensor, position);
            pass.read(tensor, into);
            hasMore = !pass.isThrough();
        } finally {
            if (hasMore) {
                passes.put(entry, pass);
            } else {
                pass.close();
            }
        }
    }

    @Override
    public synchronized void close() {
        passes.values().forEach(Inflation::close);
        passes.clear();
    }

    /** A pass that has not come further than a position, no longer among the others. */
    private Inflation passBefore(ZipEntry entry, long position) {
        Inflation pass = passes.remove(entry);
        if (pass != null && pass.position() <= position) {
            return pass;
        }
        if (pass != null) {
            pass.close();
        } else if (passes.size() == MOST) {
            Iterator<Inflation> oldest = passes.values().iterator();
            oldest.next().close();
            oldest.remove();
        }
        return new Inflation(file, entry);
    }
}
