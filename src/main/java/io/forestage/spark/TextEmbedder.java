package io.forestage.spark;

import io.forestage.spark.column.TextColumn;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A stage of Spark ML's pipelines that adds to a column of texts their vectors, their token ids, or
 * both. Each executor opens the model once and shares it among its tasks. The vectors are the bits
 * of {@link io.forestage.InputStage#vectors}, whatever the number of executors and partitions.
 *
 * <pre>{@code
 * Dataset<Row> vectors =
 *         new TextEmbedder()
 *                 .setModel("hdfs:///models/gpt2")
 *                 .setInputCol("text")
 *                 .setOutputCol("vector")
 *                 .transform(texts);
 * }</pre>
 *
 * <table>
 * <caption>Params</caption>
 * <tr><th>name</th><th>default</th><th>meaning</th></tr>
 * <tr><td>{@code model}</td><td></td><td>a folder under a path that the driver and all executors
 *     see; {@code spark-files:NAME} of {@code --archives} or {@code addFile}; or a URI of a Hadoop
 *     file system, copied once to each machine</td></tr>
 * <tr><td>{@code inputCol}</td><td>{@code text}</td><td>the column of texts</td></tr>
 * <tr><td>{@code outputCol}</td><td></td><td>the column of vectors: a vector of Spark ML, (D), or
 *     for pooling {@code none} an array of arrays of float32, (T, D)</td></tr>
 * <tr><td>{@code idsCol}</td><td></td><td>the column of the token ids that were embedded, an array
 *     of int64</td></tr>
 * <tr><td>{@code pooling}</td><td>{@code mean}</td><td>{@code mean}, {@code last} or {@code
 *     none}</td></tr>
 * <tr><td>{@code normalize}</td><td>false</td><td>whether vectors are scaled to length 1</td></tr>
 * <tr><td>{@code onTooLong}</td><td>{@code reject}</td><td>a text with more tokens than the model
 *     has positions: {@code reject}, {@code truncate} or {@code windows}</td></tr>
 * <tr><td>{@code windowLength}, {@code windowStride}</td><td>the positions, the length</td><td>of
 *     windows</td></tr>
 * <tr><td>{@code handleInvalid}</td><td>{@code error}</td><td>a text that is null, not UTF-8 or
 *     refused as too long: {@code error} fails the job and names the row, {@code skip} leaves the
 *     row out, {@code keep} keeps it with nulls</td></tr>
 * <tr><td>{@code errorCol}</td><td></td><td>with {@code keep}: the column of what is wrong with a
 *     row, or null</td></tr>
 * </table>
 */
public final class TextEmbedder extends EmbedderParams implements DefaultParamsWritable {

    private static final long serialVersionUID = 1;

    /** Makes a stage with an identifier of its own. */
    public TextEmbedder() {
        this(Identifiable$.MODULE$.randomUID("textEmbedder"));
    }

    /**
     * Makes a stage.
     *
     * @param uid its identifier, which Spark saves with it
     */
    public TextEmbedder(String uid) {
        super(uid);
    }

    /**
     * Sets the model.
     *
     * @param place a path, {@code spark-files:NAME}, or a URI
     * @return this stage
     */
    public TextEmbedder setModel(String place) {
        set(model(), place);
        return this;
    }

    /**
     * Sets the column of texts.
     *
     * @param column its name
     * @return this stage
     */
    public TextEmbedder setInputCol(String column) {
        set(inputCol(), column);
        return this;
    }

    /**
     * Sets the column of vectors.
     *
     * @param column its name
     * @return this stage
     */
    public TextEmbedder setOutputCol(String column) {
        set(outputCol(), column);
        return this;
    }

    /**
     * Sets the column of token ids.
     *
     * @param column its name
     * @return this stage
     */
    public TextEmbedder setIdsCol(String column) {
        set(idsCol(), column);
        return this;
    }

    /**
     * Sets the column of what is wrong with a row, for {@code keep}.
     *
     * @param column its name
     * @return this stage
     */
    public TextEmbedder setErrorCol(String column) {
        set(errorCol(), column);
        return this;
    }

    /**
     * Sets the pooling.
     *
     * @param name {@code mean}, {@code last} or {@code none}
     * @return this stage
     */
    public TextEmbedder setPooling(String name) {
        set(pooling(), name);
        return this;
    }

    /**
     * Sets whether vectors are scaled to length 1.
     *
     * @param scaled true to scale
     * @return this stage
     */
    public TextEmbedder setNormalize(boolean scaled) {
        set(normalize(), scaled);
        return this;
    }

    /**
     * Sets what becomes of texts that are too long.
     *
     * @param name {@code reject}, {@code truncate} or {@code windows}
     * @return this stage
     */
    public TextEmbedder setOnTooLong(String name) {
        set(onTooLong(), name);
        return this;
    }

    /**
     * Sets the length of windows.
     *
     * @param tokens the tokens of a window
     * @return this stage
     */
    public TextEmbedder setWindowLength(int tokens) {
        set(windowLength(), tokens);
        return this;
    }

    /**
     * Sets the distance of windows.
     *
     * @param tokens the tokens from one window's start to the next one's
     * @return this stage
     */
    public TextEmbedder setWindowStride(int tokens) {
        set(windowStride(), tokens);
        return this;
    }

    /**
     * Sets what becomes of rows whose text cannot be embedded.
     *
     * @param name {@code error}, {@code skip} or {@code keep}
     * @return this stage
     */
    public TextEmbedder setHandleInvalid(String name) {
        set(handleInvalid(), name);
        return this;
    }

    /**
     * Adds the columns. The model is read on the driver, for its checksums; texts are embedded when
     * Spark runs the plan.
     *
     * @param dataset rows with the column of texts
     * @return the rows with the new columns behind their own
     * @throws IllegalArgumentException if the params do not fit together or to the rows, or the
     *     driver finds no valid model
     */
    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        StructType schema = dataset.schema();
        StructType wider = transformSchema(schema);
        int input = schema.fieldIndex(getOrDefault(inputCol()));
        StructField texts = schema.apply(input);
        EmbedPlan plan = EmbedPlan.of(this, dataset.sparkSession(), input);

        StructType narrow = new StructType(wider.fields().clone());
        narrow.fields()[input] =
                new StructField(
                        texts.name(), DataTypes.BinaryType, texts.nullable(), Metadata.empty());
        MapPartitionsFunction<Row, Row> work = rows -> new EmbeddedRows(rows, plan);
        return dataset.toDF()
                .withColumn(texts.name(), TextColumn.bytes(texts.name()))
                .mapPartitions(work, Encoders.row(narrow))
                .withColumn(
                        texts.name(),
                        functions.col(TextColumn.quoted(texts.name())).cast(texts.dataType()))
                .withMetadata(texts.name(), texts.metadata());
    }

    /**
     * Checks the params against rows.
     *
     * @param schema the rows' columns
     * @return the columns with the new ones behind them
     * @throws IllegalArgumentException if they do not fit
     */
    @Override
    public StructType transformSchema(StructType schema) {
        return EmbedColumns.of(this).addTo(schema);
    }

    @Override
    public TextEmbedder copy(ParamMap extra) {
        return (TextEmbedder) defaultCopy(extra);
    }

    /**
     * Returns what reads saved stages.
     *
     * @return the reader
     */
    public static MLReader<TextEmbedder> read() {
        return new DefaultParamsReader<>();
    }

    /**
     * Reads a saved stage.
     *
     * @param path where it was saved
     * @return the stage
     */
    public static TextEmbedder load(String path) {
        return read().load(path);
    }
}
