package io.forestage.tokens;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks up merges in their vocabulary as they are read. What the native library would refuse, or
 * might take in another way, is left to it: then there are no merges here.
 */
final class MergeCollector {

    private final Map<String, Integer> ids;
    private final BpeMerges merges = new BpeMerges(1 << 16);
    private boolean complete = true;

    MergeCollector(Map<String, Integer> ids) {
        this.ids = ids;
    }

    /** All merges, or null if one of them is the library's to judge. */
    @Nullable BpeMerges merges() {
        return complete ? merges : null;
    }

    /** Adds two tokens with a space between. */
    void add(String merge) {
        int space = merge.indexOf(' ');
        if (space < 0) {
            complete = false;
        } else {
            add(merge.substring(0, space), merge.substring(space + 1));
        }
    }

    void add(String left, String right) {
        Integer leftId = ids.get(left);
        Integer rightId = ids.get(right);
        Integer made = ids.get(left.concat(right));
        if (leftId == null || rightId == null || made == null || right.indexOf(' ') >= 0) {
            complete = false;
        } else if (complete) {
            merges.add(leftId, rightId, made);
        }
    }
}
