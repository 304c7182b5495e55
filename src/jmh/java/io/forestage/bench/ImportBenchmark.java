package io.forestage.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.util.Utils;
import io.forestage.model.ImportOptions;
import io.forestage.model.ModelImport;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Imports wte and wpe from 548 MB into a new folder, with checksums, flushed to the disk. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class ImportBenchmark {

    /** The rivals of an import. */
    public enum Rival {
        /** DJL's reader, which reads all tensors, and its writer. */
        DJL,
        /** The system's cp of the two tables, 157 MB, not flushed to the disk. */
        CP,
        /** The same, flushed to the disk, as an import is. */
        CP_SYNC
    }

    @Param Rival against = Rival.DJL;

    private final Path folder = Path.of("target", "bench", "import");
    private final Path imported = folder.resolve("ours");
    private final Path cut = folder.resolve("cut");
    private final Path copy = folder.resolve("rival.safetensors");
    private Path source = folder;

    /** Checks that the import copies the right tables. */
    @Setup
    public void check() throws IOException, InterruptedException {
        Files.createDirectories(folder);
        source = Gpt2Folder.FILLED.make().resolve("model.safetensors");
        new ModelImport(source, cut).run(ImportOptions.defaults().withForce());
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            NDList mine = decode(manager, cut.resolve("model.safetensors"));
            NDList theirs = decode(manager, source);
            for (String table : new String[] {"wte.weight", "wpe.weight"}) {
                Equality.requireSameBits(table, mine.get(table), theirs.get(table));
            }
        }
    }

    /** Deletes the results, so that each call writes a new file. */
    @Setup(Level.Invocation)
    public void clear() throws IOException {
        Utils.deleteQuietly(imported);
        Files.deleteIfExists(copy);
    }

    @Benchmark
    public Object ours() throws IOException {
        return new ModelImport(source, imported).run(ImportOptions.defaults());
    }

    @Benchmark
    public Object rival() throws IOException, InterruptedException {
        return switch (against) {
            case DJL -> decodeAndSave(source, copy);
            case CP -> shell("cp \"$0\" \"$1\"");
            case CP_SYNC -> shell("cp \"$0\" \"$1\" && sync \"$1\"");
        };
    }

    /** Reads and saves the tables as a user of DJL does. */
    static Path decodeAndSave(Path source, Path target) throws IOException {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
                OutputStream out = Files.newOutputStream(target)) {
            NDList all = decode(manager, source);
            new NDList(all.get("wte.weight"), all.get("wpe.weight"))
                    .encode(out, NDList.Encoding.SAFETENSORS);
            return target;
        }
    }

    private Path shell(String command) throws IOException, InterruptedException {
        String from = cut.resolve("model.safetensors").toString();
        int status =
                new ProcessBuilder("sh", "-c", command, from, copy.toString())
                        .inheritIO()
                        .start()
                        .waitFor();
        if (status != 0) {
            throw new IOException("%s ended with status %d".formatted(command, status));
        }
        return copy;
    }

    private static NDList decode(NDManager manager, Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return NDList.decode(manager, in);
        }
    }
}
