package io.forestage.cli;

import io.forestage.support.Quoted;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Prints the tensors of weight files, as tables or as one JSON object. */
final class InspectPrinter {

    private final InspectFormat format;
    private final PrintWriter out;
    private final List<FileContent> files = new ArrayList<>();

    InspectPrinter(InspectFormat format, PrintWriter out) {
        this.format = format;
        this.out = out;
    }

    void add(WeightFile file) {
        files.add(
                new FileContent(
                        file.path().toString(),
                        file.format().title(),
                        file.size(),
                        file.metadata(),
                        file.tensors().stream().map(Tensor::of).toList()));
    }

    void finish(Path path) {
        if (format == InspectFormat.JSON) {
            out.println(JsonLine.of(Map.of("files", files)));
            return;
        }
        if (files.isEmpty()) {
            out.printf("%s: no weight file%n", Quoted.whole(path.toString()));
        }
        for (FileContent file : files) {
            print(file);
        }
    }

    private void print(FileContent file) {
        out.printf(
                "%s: %s, %d tensor%s, %s%n",
                Quoted.whole(file.file()),
                file.format(),
                file.tensors().size(),
                file.tensors().size() == 1 ? "" : "s",
                ByteCount.of(file.bytes()));
        file.metadata()
                .forEach(
                        (key, value) ->
                                out.printf(
                                        "metadata %s: %s%n",
                                        Quoted.whole(key), Quoted.whole(value)));
        TextTable table =
                new TextTable(
                        List.of(
                                TextTable.Align.LEFT,
                                TextTable.Align.LEFT,
                                TextTable.Align.LEFT,
                                TextTable.Align.RIGHT),
                        List.of("name", "type", "shape", "bytes"));
        for (Tensor tensor : file.tensors()) {
            table.add(
                    List.of(
                            Quoted.whole(tensor.name()),
                            tensor.type(),
                            tensor.shape().toString(),
                            Long.toString(tensor.bytes())));
        }
        table.print(out);
    }

    /** A weight file, in the form of the JSON. */
    private record FileContent(
            String file,
            String format,
            long bytes,
            Map<String, String> metadata,
            List<Tensor> tensors) {}

    /** A tensor, in the form of the JSON. */
    private record Tensor(String name, String type, List<Long> shape, long bytes) {

        static Tensor of(TensorEntry entry) {
            return new Tensor(entry.name(), entry.type().name(), entry.shape(), entry.byteSize());
        }
    }
}
