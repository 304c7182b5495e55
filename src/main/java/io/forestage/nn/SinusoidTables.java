package io.forestage.nn;

import ai.djl.ndarray.types.DataType;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** One table for each type a sinusoid can have; each is empty until positions are asked of it. */
final class SinusoidTables {

    private static final List<DataType> TYPES =
            List.of(DataType.FLOAT32, DataType.FLOAT64, DataType.FLOAT16);

    private final Map<DataType, SinusoidTable> tables = new EnumMap<>(DataType.class);

    SinusoidTables(SinusoidOptions options) {
        Sinusoid sinusoid = new Sinusoid(options);
        for (DataType type : TYPES) {
            tables.put(type, new SinusoidTable(sinusoid, type));
        }
    }

    SinusoidTable of(DataType type) {
        SinusoidTable table = tables.get(type);
        if (table == null) {
            throw new IllegalArgumentException(
                    "dataType: expected float32, float64 or float16, found " + type);
        }
        return table;
    }
}
