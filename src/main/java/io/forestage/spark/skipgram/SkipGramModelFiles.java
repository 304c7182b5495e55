package io.forestage.spark.skipgram;

import io.forestage.training.skipgram.SkipGramModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A saved model: Spark ML's metadata, the rows and the provenance as Parquet; or Forestage's own
 * folder.
 */
final class SkipGramModelFiles {

    private static final String ROWS = "rows";
    private static final String PROVENANCE = "provenance";

    private SkipGramModelFiles() {}

    /** Writes Forestage's own folder, on this disk or, by its URI, in a Hadoop file system. */
    static void writeFolder(SkipGramTable table, String folder) throws IOException {
        Path target = new Path(folder);
        String scheme = target.toUri().getScheme();
        if (scheme == null) {
            writeHere(table, java.nio.file.Path.of(folder));
        } else if (scheme.equalsIgnoreCase("file")) {
            writeHere(table, java.nio.file.Path.of(target.toUri().getPath()));
        } else {
            writeThere(table, target);
        }
    }

    private static void writeHere(SkipGramTable table, java.nio.file.Path folder)
            throws IOException {
        SkipGramModelFolder.write(
                folder, false, table.width(), table::row, table.trained(), table.provenance());
    }

    /** Files of the folder are read one by one, so it gets its name when all are there. */
    private static void writeThere(SkipGramTable table, Path target) throws IOException {
        // Hadoop shares file systems within a process: it is not ours to close.
        Configuration hadoop = SparkSession.active().sparkContext().hadoopConfiguration();
        FileSystem system = target.getFileSystem(hadoop);
        requireNothing(system, target);
        java.nio.file.Path here = Files.createTempDirectory("forestage-skipgram-");
        Path partial = new Path(target.getParent(), "." + target.getName() + here.getFileName());
        try {
            writeHere(table, here.resolve("model"));
            system.mkdirs(target.getParent());
            // As streams: S3's client has another way for copyFromLocalFile, with faults of its
            // own.
            FileUtil.copy(
                    FileSystem.getLocal(hadoop),
                    new Path(here.resolve("model").toUri()),
                    system,
                    partial,
                    false,
                    hadoop);
            requireNothing(system, target);
            if (!system.rename(partial, target)) {
                throw new IOException(
                        "%s: expected to rename %s to it, found that the file system refused"
                                .formatted(target, partial));
            }
        } finally {
            FileUtil.fullyDelete(here.toFile());
            system.delete(partial, true);
        }
    }

    private static void requireNothing(FileSystem system, Path target) throws IOException {
        if (system.exists(target)) {
            throw new FileAlreadyExistsException(
                    "%s: expected nothing there, found a file or folder; delete it, or give another name"
                            .formatted(target));
        }
    }

    /** Writes a model. */
    static final class Writer extends MLWriter {

        private final SkipGramModel model;
        private final SkipGramTable table;

        Writer(SkipGramModel model, SkipGramTable table) {
            this.model = model;
            this.table = table;
        }

        @Override
        public void saveImpl(String path) {
            DefaultParamsWriter.saveMetadata(model, path, sparkSession());
            int width = table.width();
            List<Row> rows =
                    IntStream.range(0, table.values().length / width)
                            .mapToObj(
                                    id ->
                                            RowFactory.create(
                                                    id, table.trained().get(id), table.row(id)))
                            .toList();
            sparkSession()
                    .createDataFrame(
                            rows,
                            new StructType()
                                    .add("id", DataTypes.IntegerType)
                                    .add("trained", DataTypes.BooleanType)
                                    .add(
                                            "vector",
                                            DataTypes.createArrayType(DataTypes.FloatType, false)))
                    .write()
                    .parquet(new Path(path, ROWS).toString());
            sparkSession()
                    .createDataFrame(
                            table.provenance().entrySet().stream()
                                    .map(each -> RowFactory.create(each.getKey(), each.getValue()))
                                    .toList(),
                            new StructType()
                                    .add("name", DataTypes.StringType)
                                    .add("value", DataTypes.StringType))
                    .coalesce(1)
                    .write()
                    .parquet(new Path(path, PROVENANCE).toString());
        }
    }

    /** Reads a model. */
    static final class Reader extends MLReader<SkipGramModel> {

        @Override
        public SkipGramModel load(String path) {
            DefaultParamsReader.Metadata metadata =
                    DefaultParamsReader.loadMetadata(
                            path, sparkSession(), SkipGramModel.class.getName());
            List<Row> rows =
                    sparkSession()
                            .read()
                            .parquet(new Path(path, ROWS).toString())
                            .orderBy("id")
                            .collectAsList();
            if (rows.isEmpty()) {
                throw new IllegalArgumentException(
                        "%s/%s: expected rows, found none; save the model again"
                                .formatted(path, ROWS));
            }
            int width = rows.get(0).getList(2).size();
            float[] values = new float[Math.multiplyExact(rows.size(), width)];
            BitSet trained = new BitSet();
            for (int i = 0; i < rows.size(); i++) {
                Row row = rows.get(i);
                List<Float> vector = row.getList(2);
                if (row.getInt(0) != i || vector.size() != width) {
                    throw new IllegalArgumentException(
                            "%s/%s: expected rows 0, 1, … of %d values, found %d values in row %d at place %d; save the model again"
                                    .formatted(path, ROWS, width, vector.size(), row.getInt(0), i));
                }
                trained.set(i, row.getBoolean(1));
                for (int k = 0; k < width; k++) {
                    values[i * width + k] = vector.get(k);
                }
            }
            Map<String, String> provenance = new TreeMap<>();
            sparkSession()
                    .read()
                    .parquet(new Path(path, PROVENANCE).toString())
                    .collectAsList()
                    .forEach(row -> provenance.put(row.getString(0), row.getString(1)));
            SkipGramModel model =
                    new SkipGramModel(
                            metadata.uid(), new SkipGramTable(values, width, trained, provenance));
            metadata.getAndSetParams(model, scala.Option.empty());
            return model;
        }
    }
}
