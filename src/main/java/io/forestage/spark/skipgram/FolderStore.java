package io.forestage.spark.skipgram;

import io.forestage.support.Digest;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the rows in a folder of a Hadoop file system, so that a training goes on after its driver
 * has ended. A training's folder is named by all that its bits depend on: another training never
 * finds it. A step counts once Spark has marked it as complete; the one before is deleted then.
 */
final class FolderStore implements StepStore {

    private static final String STEP = "step-";
    private static final String COMPLETE = "_SUCCESS";

    /** Enough of a SHA-256 to tell trainings apart. */
    private static final int NAME_LENGTH = 32;

    private final JavaSparkContext spark;
    private final FileSystem files;
    private final Path folder;

    private FolderStore(JavaSparkContext spark, FileSystem files, Path folder) {
        this.spark = spark;
        this.files = files;
        this.folder = folder;
    }

    /** Opens the folder of a training among the checkpoints of all. */
    static FolderStore open(JavaSparkContext spark, String all, Map<String, String> identity)
            throws IOException {
        Digest name = Digest.sha256();
        name.add(new TreeMap<>(identity).toString().getBytes(StandardCharsets.UTF_8));
        Path folder = new Path(all, "skipgram-" + name.hex().substring(0, NAME_LENGTH));
        // Hadoop shares file systems within a process: it is not ours to close.
        return new FolderStore(spark, folder.getFileSystem(spark.hadoopConfiguration()), folder);
    }

    @Override
    public Kept keep(int step, JavaRDD<PartRows> trained) throws IOException {
        Path own = new Path(folder, STEP + step);
        files.delete(own, true); // of a driver that was killed
        trained.saveAsObjectFile(own.toString());
        deleteBut(own);
        return kept(step, own);
    }

    @Override
    public @Nullable Kept last() throws IOException {
        int last = -1;
        for (Path each : steps()) {
            if (files.exists(new Path(each, COMPLETE))) {
                last = Math.max(last, Integer.parseInt(each.getName().substring(STEP.length())));
            }
        }
        return last < 0 ? null : kept(last, new Path(folder, STEP + last));
    }

    private Kept kept(int step, Path own) {
        JavaRDD<PartRows> rows = spark.objectFile(own.toString());
        List<PartRows> losses =
                rows.map(PartRows::withoutRows).collect().stream()
                        .sorted(Comparator.comparingInt(PartRows::part))
                        .toList();
        // Added in the parts' order, since the last bits of a sum depend on it.
        return new Kept(
                step,
                rows,
                losses.stream().mapToDouble(PartRows::loss).sum(),
                losses.stream().mapToLong(PartRows::pairs).sum());
    }

    private void deleteBut(Path own) throws IOException {
        for (Path each : steps()) {
            if (!each.getName().equals(own.getName())) {
                files.delete(each, true);
            }
        }
    }

    private List<Path> steps() throws IOException {
        try {
            return Arrays.stream(files.listStatus(folder))
                    .map(FileStatus::getPath)
                    .filter(path -> path.getName().matches(STEP + "[0-9]{1,9}"))
                    .toList();
        } catch (FileNotFoundException e) {
            return List.of();
        }
    }

    @Override
    public void delete() throws IOException {
        files.delete(folder, true);
    }
}
