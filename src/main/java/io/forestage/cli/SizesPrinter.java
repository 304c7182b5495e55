package io.forestage.cli;

import io.forestage.cli.console.PrintableText;
import io.forestage.cli.console.TextTable;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Prints the parameters of GPT-2's four sizes. */
record SizesPrinter(PrintWriter out) {

    void print(boolean asJson) {
        if (asJson) {
            List<Map<String, Object>> sizes =
                    Stream.of(Gpt2Size.values()).map(SizesPrinter::json).toList();
            out.println(PrintableText.json(Map.of("sizes", sizes)));
            return;
        }
        TextTable table =
                new TextTable(
                        Stream.concat(
                                        Stream.of(TextTable.Align.LEFT),
                                        Stream.generate(() -> TextTable.Align.RIGHT).limit(7))
                                .toList(),
                        List.of(
                                "model",
                                "layers",
                                "D",
                                "wte",
                                "wpe",
                                "blocks",
                                "last norm",
                                "total"));
        for (Gpt2Size size : Gpt2Size.values()) {
            table.add(
                    Stream.concat(
                                    Stream.of(size.modelName()),
                                    Stream.of(
                                                    size.layers(),
                                                    size.width(),
                                                    size.wte(),
                                                    size.wpe(),
                                                    size.blocks(),
                                                    size.lastNorm(),
                                                    size.total())
                                            .map(n -> String.format(Locale.ROOT, "%,d", n)))
                            .toList());
        }
        table.print(out);
        out.println(
                "wte: 50,257 · D, shared with the output layer; wpe: 1,024 · D; a block: 12 D² + 13"
                        + " D; the last norm: 2 D");
    }

    private static Map<String, Object> json(Gpt2Size size) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", size.modelName());
        json.put("layers", size.layers());
        json.put("width", size.width());
        json.put("wte", size.wte());
        json.put("wpe", size.wpe());
        json.put("blocks", size.blocks());
        json.put("last_norm", size.lastNorm());
        json.put("total", size.total());
        return json;
    }
}
