package io.forestage.weights.checkpoint;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names of the decoder's tensors in files: transformers' with any prefix, OpenAI's ({@code
 * model/h0/attn/c_attn/w}), GGUF's and llm.c's.
 */
final class PartNames {

    /** The head's name in transformers. */
    static final String HEAD = "lm_head.weight";

    private static final Pattern BLOCK =
            Pattern.compile(
                    "(?s)(?:.*\\.)?h\\.(\\d{1,5})\\."
                            + "((?:ln_[12]|attn\\.c_attn|attn\\.c_proj|mlp\\.c_fc|mlp\\.c_proj)"
                            + "\\.(?:weight|bias)|attn\\.weights)");

    private static final Pattern LAST =
            Pattern.compile("(?s)(?:.*\\.)?(ln_f\\.(?:weight|bias)|lm_head\\.weight)");

    private static final Pattern OPENAI =
            Pattern.compile(
                    "model/(?:h(\\d{1,5})/)?"
                            + "(ln_[12f]|attn/c_attn|attn/c_proj|mlp/c_fc|mlp/c_proj)/([gwb])");

    private static final Pattern GGUF =
            Pattern.compile("(?:blk\\.(\\d{1,5})\\.)?(\\w+)\\.(weight|bias)");

    private static final Map<String, String> GGUF_PARTS =
            Map.of(
                    "attn_norm", "ln_1",
                    "attn_qkv", "attn.c_attn",
                    "attn_output", "attn.c_proj",
                    "ffn_norm", "ln_2",
                    "ffn_up", "mlp.c_fc",
                    "ffn_down", "mlp.c_proj",
                    "output_norm", "ln_f",
                    "output", "lm_head");

    /** llm.c's tensors hold the values of all blocks, one after the other. */
    private static final Map<String, String> STACKED =
            Map.ofEntries(
                    Map.entry("ln1w", "ln_1.weight"),
                    Map.entry("ln1b", "ln_1.bias"),
                    Map.entry("qkvw", "attn.c_attn.weight"),
                    Map.entry("qkvb", "attn.c_attn.bias"),
                    Map.entry("attprojw", "attn.c_proj.weight"),
                    Map.entry("attprojb", "attn.c_proj.bias"),
                    Map.entry("ln2w", "ln_2.weight"),
                    Map.entry("ln2b", "ln_2.bias"),
                    Map.entry("fcw", "mlp.c_fc.weight"),
                    Map.entry("fcb", "mlp.c_fc.bias"),
                    Map.entry("fcprojw", "mlp.c_proj.weight"),
                    Map.entry("fcprojb", "mlp.c_proj.bias"));

    private PartNames() {}

    /** Returns transformers' name without a prefix, such as {@code h.0.ln_1.bias}, or null. */
    static @Nullable String ofHuggingFace(String name) {
        Matcher block = BLOCK.matcher(name);
        if (block.matches()) {
            return "h.%d.%s".formatted(Integer.parseInt(block.group(1)), block.group(2));
        }
        Matcher last = LAST.matcher(name);
        return last.matches() ? last.group(1) : null;
    }

    /** Returns transformers' name for one of OpenAI's, or null. */
    static @Nullable String ofOpenAi(String name) {
        Matcher matcher = OPENAI.matcher(name);
        if (!matcher.matches() || (matcher.group(1) == null) != matcher.group(2).equals("ln_f")) {
            return null;
        }
        String part = matcher.group(2).replace('/', '.');
        String values = matcher.group(3).equals("b") ? "bias" : "weight";
        return matcher.group(1) == null
                ? "%s.%s".formatted(part, values)
                : "h.%d.%s.%s".formatted(Integer.parseInt(matcher.group(1)), part, values);
    }

    /** Returns transformers' name for one of GGUF's, or null. */
    static @Nullable String ofGguf(String name) {
        Matcher matcher = GGUF.matcher(name);
        String part = matcher.matches() ? GGUF_PARTS.get(matcher.group(2)) : null;
        if (part == null || (matcher.group(1) == null) != matcher.group(2).startsWith("output")) {
            return null;
        }
        return matcher.group(1) == null
                ? "%s.%s".formatted(part, matcher.group(3))
                : "h.%d.%s.%s"
                        .formatted(Integer.parseInt(matcher.group(1)), part, matcher.group(3));
    }

    /** Returns the name within a block of a tensor of llm.c that holds all blocks', or null. */
    static @Nullable String stacked(String name) {
        return STACKED.get(name);
    }

    /** Returns transformers' name of one of llm.c's two other tensors, or null. */
    static @Nullable String ofLlmc(String name) {
        return switch (name) {
            case "lnfw" -> "ln_f.weight";
            case "lnfb" -> "ln_f.bias";
            default -> null;
        };
    }
}
