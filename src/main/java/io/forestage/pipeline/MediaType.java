package io.forestage.pipeline;

import ai.djl.modality.Input;
import io.forestage.support.Quoted;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The media types of bodies, under the names of DJL's own translators. */
enum MediaType {
    JSON("application/json"),
    TEXT("text/plain"),
    NDLIST("tensor/ndlist"),
    SAFETENSORS("tensor/safetensors"),
    NPZ("tensor/npz");

    static final String CONTENT_TYPE = "Content-Type";

    /** UTF-8 in two common spellings, and ASCII, which is a subset. */
    private static final Set<String> UTF8 = Set.of("utf-8", "utf8", "us-ascii", "ascii");

    private static final List<MediaType> READABLE = List.of(JSON, TEXT, NDLIST, SAFETENSORS);
    private static final List<MediaType> WRITABLE = List.of(JSON, NDLIST, SAFETENSORS, NPZ);

    private final String spelling;

    MediaType(String spelling) {
        this.spelling = spelling;
    }

    String spelling() {
        return spelling;
    }

    boolean isBinary() {
        return this != JSON && this != TEXT;
    }

    /** The type of a request's body; text by default. */
    static MediaType ofBody(Input input) {
        String given = input.getProperty(CONTENT_TYPE, TEXT.spelling);
        MediaType type = find(given, READABLE);
        String charset = parameter(given, "charset");
        if (type == null || !(charset == null || UTF8.contains(charset))) {
            throw new RequestException(
                    RequestException.NO_SUCH_CONTENT,
                    "Content-Type: expected one of %s, in UTF-8, found %s"
                            .formatted(spellings(READABLE), Quoted.of(given)));
        }
        return type;
    }

    /**
     * The type of the answer: the best that the request accepts; by default its own if binary, else
     * JSON.
     */
    static MediaType ofAnswer(Input input) {
        MediaType byDefault = ofBody(input).isBinary() ? ofBody(input) : JSON;
        String accepted = input.getProperty("Accept", "*/*");
        MediaType best = null;
        double bestWeight = 0;
        for (String range : accepted.split(",", -1)) {
            MediaType type = isWildcard(range, byDefault) ? byDefault : find(range, WRITABLE);
            double weight = weight(range);
            if (type != null && weight > bestWeight) {
                best = type;
                bestWeight = weight;
            }
        }
        if (best == null) {
            throw new RequestException(
                    RequestException.NO_SUCH_ANSWER,
                    "Accept: expected one of %s, found %s"
                            .formatted(spellings(WRITABLE), Quoted.of(accepted)));
        }
        return best;
    }

    private static boolean isWildcard(String range, MediaType byDefault) {
        String name = name(range);
        return name.isEmpty()
                || name.equals("*/*")
                || name.equals(byDefault.spelling.replaceFirst("/.*", "/*"));
    }

    private static double weight(String range) {
        String weight = parameter(range, "q");
        try {
            return weight == null ? 1 : Double.parseDouble(weight);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static @Nullable MediaType find(String text, List<MediaType> types) {
        String name = name(text);
        return types.stream().filter(type -> type.spelling.equals(name)).findFirst().orElse(null);
    }

    private static String name(String text) {
        return text.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
    }

    private static @Nullable String parameter(String text, String name) {
        return Arrays.stream(text.split(";", -1))
                .skip(1)
                .map(each -> each.strip().toLowerCase(Locale.ROOT).split("=", 2))
                .filter(pair -> pair.length == 2 && pair[0].equals(name))
                .map(pair -> pair[1].replace("\"", ""))
                .findFirst()
                .orElse(null);
    }

    private static String spellings(List<MediaType> types) {
        return types.stream().map(MediaType::spelling).collect(Collectors.joining(", "));
    }
}
