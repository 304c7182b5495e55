package io.forestage.tokens;

import com.google.gson.stream.JsonWriter;
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Writes {@code parity-texts.json}: texts with the ids that jtokkit's own encoder, a second
 * implementation of GPT-2's tokenizer, gives them. A line a text; what is not ASCII is escaped.
 * Made with JDK 17, whose Unicode says which scripts there are. To make it again, from the
 * project's folder:
 *
 * <pre>
 * mvn -q package -DskipTests
 * java -cp "target/test-classes:target/classes:$(cat target/runtime.classpath)" \
 *     io.forestage.tokens.ParityTextsMaker
 * </pre>
 */
final class ParityTextsMaker {

    static final Path FIXTURE = Path.of("src/test/resources/tokens/parity-texts.json");

    private static final Encoding R50K_BASE =
            Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.R50K_BASE);

    private static final int CHARACTERS_A_SCRIPT = 14;

    private ParityTextsMaker() {}

    public static void main(String[] args) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String text : texts()) {
            lines.add(line(text, jtokkit(text)));
        }
        String json = "[\n" + String.join(",\n", lines) + "\n]\n";
        Files.createDirectories(FIXTURE.getParent());
        Files.writeString(FIXTURE, json, StandardCharsets.US_ASCII);
    }

    /** The ids of a text in jtokkit, special tokens as text. */
    static long[] jtokkit(String text) {
        return R50K_BASE.encodeOrdinary(text).boxed().stream().mapToLong(i -> i).toArray();
    }

    private static String line(String text, long[] ids) throws IOException {
        StringWriter json = new StringWriter();
        try (JsonWriter out = new JsonWriter(json)) {
            out.beginObject().name("text").value(text).name("ids").beginArray();
            for (long id : ids) {
                out.value(id);
            }
            out.endArray().endObject();
        }
        StringBuilder ascii = new StringBuilder();
        json.toString()
                .chars()
                .forEach(
                        c -> {
                            if (c < 0x7F) {
                                ascii.append((char) c);
                            } else {
                                ascii.append("\\u%04x".formatted(c));
                            }
                        });
        return ascii.toString();
    }

    private static Set<String> texts() {
        Set<String> texts = new LinkedHashSet<>();
        addScripts(texts);
        addEmoji(texts);
        addWhiteSpace(texts);
        addWords(texts);
        addDigits(texts);
        addCode(texts);
        addOddCharacters(texts);
        return texts;
    }

    private static void addScripts(Set<String> texts) {
        for (Character.UnicodeScript script : Character.UnicodeScript.values()) {
            int[] points =
                    IntStream.rangeClosed(0x20, Character.MAX_CODE_POINT)
                            .filter(Character::isDefined)
                            .filter(c -> c < 0xD800 || c > 0xF8FF)
                            .filter(c -> Character.UnicodeScript.of(c) == script)
                            .limit(CHARACTERS_A_SCRIPT)
                            .toArray();
            if (points.length > 0) {
                int half = points.length / 2;
                String first = new String(points, 0, half);
                String second = new String(points, half, points.length - half);
                texts.add(first + " " + second + ", " + first);
            }
        }
        for (String text :
                List.of(
                        "Привет, мир! Как дела?",
                        "Γειά σου Κόσμε, τι κάνεις;",
                        "مرحبا بالعالم، كيف حالك؟",
                        "שלום עולם, מה שלומך?",
                        "नमस्ते दुनिया, आप कैसे हैं?",
                        "สวัสดีชาวโลก",
                        "你好,世界!今天天气很好。",
                        "こんにちは世界。カタカナもある。",
                        "안녕하세요 세계",
                        "Xin chào thế giới, bạn khỏe không?",
                        "Grüße aus Zürich — naïve façade, œuvre, smørrebrød",
                        "İstanbul'da ışık",
                        "\u200Fabc אבג\u200E 123 \u202Eright to left\u202C",
                        "mixed Кириллица und 漢字 in one line")) {
            texts.add(text);
        }
    }

    private static void addEmoji(Set<String> texts) {
        for (String text :
                List.of(
                        "😀",
                        "😀😃😄",
                        "I 💚 tests",
                        "👩‍👩‍👧‍👦 family",
                        "👍🏽 👍🏿",
                        "🏳️‍🌈 🏴‍☠️",
                        "🇩🇪🇫🇷🇯🇵",
                        "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
                        "1️⃣2️⃣",
                        "❤️ ❤",
                        "🧑‍🚀 in 🚀",
                        "¯\\_(ツ)_/¯",
                        "𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
                        "𝟘𝟙𝟚")) {
            texts.add(text);
        }
    }

    private static void addWhiteSpace(Set<String> texts) {
        List<String> spaces =
                List.of(
                        " ", "\t", "\n", "\r\n", "\r", "\u00A0", "\u3000", "\u2003", "\u2028",
                        "\u2029", "\u0085", "\u000B", "\f", "\u1680", "\u202F", "\u205F", "\u200B",
                        "\u2060", "\u180E", "\u001C", "\u001F");
        for (String space : spaces) {
            texts.add(space);
            texts.add("a" + space + "b");
            texts.add(space.repeat(2) + "word" + space.repeat(3) + "word" + space.repeat(2));
        }
        texts.add("");
        texts.add("   leading");
        texts.add("trailing   ");
        texts.add("tabs\tand \t spaces \t\t here");
        texts.add("line one\nline two\n\n\nline five\n");
        texts.add("dos\r\nlines\r\n\r\n");
        texts.add(" \u00A0 \u3000 mixed \u2003\t\n runs");
        texts.add(" ".repeat(100));
        texts.add("\n".repeat(50) + "end");
    }

    private static void addWords(Set<String> texts) {
        for (String suffix : List.of("s", "t", "re", "ve", "m", "ll", "d", "S", "T", "RE", "LL")) {
            texts.add("it'" + suffix + " here");
            texts.add("it’" + suffix + " here");
            texts.add(" '" + suffix + "'" + suffix);
        }
        for (String text :
                List.of(
                        "Hello world",
                        "Hello, World! How are you?",
                        "hello hello  hello   hello",
                        "THE QUICK BROWN FOX",
                        "'tis the season, y'all'd've",
                        "\"quoted\" ‘single’ “double” «guillemets»",
                        "<|endoftext|>",
                        "before<|endoftext|>after",
                        " <|endoftext|> <|endoftext|>",
                        "<|endof text|>",
                        "Donaudampfschifffahrtsgesellschaftskapitän",
                        "pneumonoultramicroscopicsilicovolcanoconiosis",
                        "a".repeat(300),
                        "ab".repeat(200),
                        "aaaaaaaaaaab",
                        "SolidGoldMagikarp",
                        "e\u0301 vs \u00E9, A\u030A vs \u00C5, o\u0302\u0323",
                        "Z\u0351\u036B\u0343\u036A\u0302\u036B\u033D\u034F\u0334\u0319",
                        "\u0301 starts with a mark",
                        "don't-stop_believing.now",
                        "...!!!???",
                        "$100.00 €50 £30 ¥20",
                        "www.example.org/path?query=1&b=2#frag",
                        "user@example.org")) {
            texts.add(text);
        }
    }

    private static void addDigits(Set<String> texts) {
        for (String text :
                List.of(
                        "0 1 12 123 1234 12345 123456 1234567890",
                        "3.14159 -2.5e-10 1,000,000",
                        "٠١٢٣٤٥٦٧٨٩",
                        "०१२३४५६७८९",
                        "۱۲۳ ๑๒๓ １２３",
                        "Ⅷ ½ ² ₃ ① ㉛ 四",
                        "2024-02-29T12:34:56Z",
                        "a1b2c3 4d5e6f",
                        "𐒠𐒡 𑁦𑁧")) {
            texts.add(text);
        }
    }

    private static void addCode(Set<String> texts) {
        for (String text :
                List.of(
                        "public static void main(String[] args) {\n    return;\n}\n",
                        "def f(x):\n\treturn x ** 2  # square\n",
                        "if (a && b || !c) { x += 1; } else { y--; }",
                        "SELECT * FROM t WHERE a = 'b''c';",
                        "<html><body class=\"x\">&nbsp;</body></html>",
                        "{\"key\": [1, 2.0, null, true]}",
                        "C:\\Users\\me\\file.txt",
                        "git commit -m 'fix: it''s done' && git push",
                        "\\begin{equation} \\alpha_i^2 \\end{equation}",
                        "0xDEADBEEF 0b1010 1e9f")) {
            texts.add(text);
        }
    }

    private static void addOddCharacters(Set<String> texts) {
        texts.add(new String(IntStream.range(0, 32).toArray(), 0, 32));
        texts.add(new String(IntStream.range(0x7F, 0xA1).toArray(), 0, 0x22));
        texts.add(new String(IntStream.range(0xA1, 0x100).toArray(), 0, 0x5F));
        texts.add(new String(IntStream.range(0x20, 0x7F).toArray(), 0, 0x5F));
        for (String text :
                List.of(
                        "\u0000",
                        "a\u0000b\u0000\u0000c",
                        "\uFEFFbyte order mark",
                        "\uFFFD replaced",
                        "\uFFFE\uFFFF noncharacters \uFDD0",
                        "\uE000 private \uDBFF\uDFFD",
                        "\uDB40\uDC01 tag",
                        "soft\u00ADhyphen zero\u200Bwidth\u200Djoin\u200Cnon",
                        "\u001B[31mred\u001B[0m",
                        "ﬁ ﬂ ﬃ ligatures",
                        "ＦＵＬＬ width",
                        "Ġhello Ċ Ã© spelled")) {
            texts.add(text);
        }
    }
}
