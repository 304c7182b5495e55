package io.forestage.spark.skipgram;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A saved model: Spark ML's metadata, the rows and the provenance as Parquet. */
final class SkipGramModelFiles {

    private static final String ROWS = "rows";
    private static final String PROVENANCE = "provenance";

    private SkipGramModelFiles() {}

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
