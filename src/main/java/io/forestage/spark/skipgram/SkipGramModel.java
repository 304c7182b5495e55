package io.forestage.spark.skipgram;

import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenizerFileException;
import io.forestage.training.skipgram.SkipGramModelFolder;
import io.forestage.words.WordSum;
import io.forestage.words.WordVectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Vectors of GPT-2's tokens that {@link SkipGramEstimator} learned. A text's vector is the mean of
 * its tokens' vectors, as an {@link io.forestage.InputStage} with the model folder makes it; an
 * empty text's is 0. Tokens that were not trained have small random vectors, which have no meaning:
 * they are neither words nor synonyms.
 */
public class SkipGramModel extends Model<SkipGramModel> implements MLWritable {

    private static final long serialVersionUID = 1;

    private final String uid;
    private final Param<String> inputCol;
    private final Param<String> outputCol;
    private final Param<String> handleInvalid;
    private final transient SkipGramTable table;

    // The params read the uid, which is set.
    @SuppressWarnings("this-escape")
    SkipGramModel(String uid, SkipGramTable table) {
        this.uid = uid;
        this.table = table;
        inputCol = new Param<>(this, "inputCol", "the column of texts");
        outputCol = new Param<>(this, "outputCol", "the column of vectors");
        handleInvalid = SkipGramParams.handleInvalid(this);
        setDefault(inputCol, "text");
        setDefault(outputCol, "vector");
        setDefault(handleInvalid, SkipGramParams.ERROR);
    }

    @Override
    public String uid() {
        return uid;
    }

    public Param<String> inputCol() {
        return inputCol;
    }

    public Param<String> outputCol() {
        return outputCol;
    }

    public Param<String> handleInvalid() {
        return handleInvalid;
    }

    /**
     * Sets the column of texts.
     *
     * @param value the name
     * @return this
     */
    public SkipGramModel setInputCol(String value) {
        set(inputCol, value);
        return this;
    }

    /**
     * Sets the column of vectors.
     *
     * @param value the name
     * @return this
     */
    public SkipGramModel setOutputCol(String value) {
        set(outputCol, value);
        return this;
    }

    /**
     * Adds a column with a vector of each text. One that is null or not UTF-8 fails the job or,
     * with handleInvalid "skip", is left out.
     *
     * @param dataset the texts
     * @return its rows with their vectors
     */
    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        StructType schema = transformSchema(dataset.schema());
        JavaSparkContext spark =
                JavaSparkContext.fromSparkContext(dataset.sparkSession().sparkContext());
        TextMeans means =
                new TextMeans(
                        spark.broadcast(table.values()),
                        table.width(),
                        getOrDefault(inputCol),
                        !SkipGramParams.ERROR.equals(getOrDefault(handleInvalid)));
        // The vectors' place has the bytes until then.
        return dataset.toDF()
                .withColumn(
                        getOrDefault(outputCol), TextColumn.bytes(dataset, getOrDefault(inputCol)))
                .mapPartitions(means::of, Encoders.row(schema));
    }

    /**
     * Finds the tokens nearest to a word.
     *
     * @param word the word; a space is put before it, as inside a sentence
     * @param count how many to find
     * @return rows of word and similarity, its cosine, the nearest first
     * @throws IllegalArgumentException if the word was not in the texts, or the count is below 1
     */
    public Dataset<Row> findSynonyms(String word, int count) {
        try (TextTokenizer tokenizer = TextTokenizer.gpt2()) {
            WordVectors words = table.words(tokenizer);
            List<Row> found =
                    words.nearest(new WordSum(List.of(words.word(word)), List.of()), count).stream()
                            .map(each -> RowFactory.create(words.text(each.row()), each.cosine()))
                            .toList();
            return SparkSession.active()
                    .createDataFrame(
                            found,
                            new StructType()
                                    .add("word", DataTypes.StringType)
                                    .add("similarity", DataTypes.DoubleType));
        } catch (TokenizerFileException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns the trained tokens.
     *
     * @return rows of id, word (the token's text, mostly with a space before it) and vector
     */
    public Dataset<Row> getVectors() {
        try (TextTokenizer tokenizer = TextTokenizer.gpt2()) {
            WordVectors words = table.words(tokenizer);
            List<Row> rows =
                    table.trained().stream()
                            .mapToObj(
                                    id ->
                                            RowFactory.create(
                                                    id,
                                                    words.text(id),
                                                    Vectors.dense(table.wideRow(id))))
                            .toList();
            return SparkSession.active()
                    .createDataFrame(
                            rows,
                            new StructType()
                                    .add("id", DataTypes.IntegerType)
                                    .add("word", DataTypes.StringType)
                                    .add("vector", SQLDataTypes.VectorType()));
        } catch (TokenizerFileException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns D.
     *
     * @return the values of a vector
     */
    public int vectorSize() {
        return table.width();
    }

    /**
     * Writes a model folder on the driver's own disk, for {@code InputStage.load} and the command
     * line. Fails if one is there.
     *
     * @param folder the folder
     * @throws IOException if it cannot be written
     */
    public void saveAsModelFolder(String folder) throws IOException {
        SkipGramModelFolder.write(
                Path.of(folder),
                false,
                table.width(),
                table::row,
                table.trained(),
                table.provenance());
    }

    @Override
    public StructType transformSchema(StructType schema) {
        return TextColumn.withVectors(schema, getOrDefault(inputCol), getOrDefault(outputCol));
    }

    @Override
    public SkipGramModel copy(ParamMap extra) {
        return copyValues(new SkipGramModel(uid, table).setParent(parent()), extra);
    }

    @Override
    public MLWriter write() {
        return new SkipGramModelFiles.Writer(this, table);
    }

    /**
     * Returns a reader of saved models.
     *
     * @return the reader
     */
    public static MLReader<SkipGramModel> read() {
        return new SkipGramModelFiles.Reader();
    }

    /**
     * Loads a saved model.
     *
     * @param path where it was saved
     * @return the model
     * @throws IOException if it cannot be read
     */
    public static SkipGramModel load(String path) throws IOException {
        return read().load(path);
    }
}
