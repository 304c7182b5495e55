package io.forestage.spark;

import io.forestage.model.ModelFolder;
import io.forestage.support.Quoted;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkFiles;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Where executors find a model, and how they know that it is the driver's.
 *
 * @param model a path, {@code spark-files:NAME}, or the URI of a Hadoop file system
 * @param cache the folder for copies from Hadoop file systems, one for all executors of a machine
 * @param hadoop the settings of these file systems
 * @param checksums the driver's model
 * @param positions the most tokens of a row
 */
record ModelSource(
        String model,
        String cache,
        SerializableConfiguration hadoop,
        ModelChecksums checksums,
        int positions)
        implements Serializable {

    private static final long serialVersionUID = 1;

    /** For {@code SparkContext.addFile}, {@code addArchive}, {@code --files} and the like. */
    private static final String SPARK_FILES = "spark-files:";

    /** The setting of the folder for copies. */
    private static final String CACHE = "spark.forestage.modelCache";

    /** Two letters at least: C: is a disk. */
    private static final Pattern SCHEME = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]+:.*");

    /**
     * Finds a model on the driver and computes its checksums.
     *
     * @throws IllegalArgumentException if the driver finds no valid model
     */
    static ModelSource of(SparkSession spark, String model) {
        String cache =
                spark.sparkContext()
                        .getConf()
                        .get(
                                CACHE,
                                Path.of(System.getProperty("java.io.tmpdir"))
                                        .resolve(
                                                "forestage-models-"
                                                        + System.getProperty("user.name"))
                                        .toString());
        String whole = SCHEME.matcher(model).matches() ? model : absolute(model);
        SerializableConfiguration hadoop =
                new SerializableConfiguration(spark.sparkContext().hadoopConfiguration());
        try {
            Path place = locate(whole, cache, hadoop);
            return new ModelSource(
                    whole,
                    cache,
                    hadoop,
                    ModelChecksums.of(place),
                    ModelFolder.open(place).batchOptions().maxLength());
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "model %s, on the driver: %s".formatted(Quoted.of(model), e.getMessage()), e);
        }
    }

    /**
     * Which sources share a stage.
     *
     * @param model where the model is
     * @param checksums which model it is
     */
    record Key(String model, ModelChecksums checksums) {}

    Key key() {
        return new Key(model, checksums);
    }

    /**
     * Finds the model on this executor and checks that it is the driver's.
     *
     * @throws IOException if it is not there, or another one; the message names the executor's host
     */
    Path locate() throws IOException {
        try {
            Path place = locate(model, cache, hadoop);
            checksums.require(place);
            return place;
        } catch (IOException e) {
            throw new IOException(
                    "model %s, on %s: %s".formatted(Quoted.of(model), here(), e.getMessage()), e);
        }
    }

    private static Path locate(String model, String cache, SerializableConfiguration hadoop)
            throws IOException {
        if (model.startsWith(SPARK_FILES)) {
            return ofSpark(model.substring(SPARK_FILES.length()));
        }
        if (!SCHEME.matcher(model).matches()) {
            return required(Path.of(model));
        }
        if (model.toLowerCase(Locale.ROOT).startsWith("file:")) {
            return required(Path.of(URI.create(model).getPath()));
        }
        return MachineCopy.of(model, hadoop.value(), Path.of(cache));
    }

    /** YARN puts them into the process's folder, Spark itself into its own. */
    private static Path ofSpark(String name) throws IOException {
        Path own = Path.of(SparkFiles.getRootDirectory()).resolve(name).toAbsolutePath();
        return !Files.exists(own) && Files.exists(Path.of(name)) ? Path.of(name) : required(own);
    }

    private static Path required(Path place) throws IOException {
        if (!Files.exists(place)) {
            throw new IOException(
                    "%s: expected a model folder, found nothing there; give a path that the driver and every executor see, %sNAME of --archives or --files, or the URI of a Hadoop file system"
                            .formatted(place, SPARK_FILES));
        }
        return place;
    }

    private static String absolute(String model) {
        return Path.of(model).toAbsolutePath().toString();
    }

    private static String here() {
        SparkEnv env = SparkEnv.get();
        return env == null
                ? "this machine"
                : "executor %s at %s"
                        .formatted(
                                env.executorId(), env.blockManager().blockManagerId().hostPort());
    }
}
