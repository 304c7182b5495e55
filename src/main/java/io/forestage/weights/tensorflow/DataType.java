package io.forestage.weights.tensorflow;

import io.forestage.weights.ElementType;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** TensorFlow's element types by their numbers; those that WeightFile cannot hold have no type. */
enum DataType {
    FLOAT(1, ElementType.F32),
    DOUBLE(2, ElementType.F64),
    INT32(3, ElementType.I32),
    UINT8(4, ElementType.U8),
    INT16(5, ElementType.I16),
    INT8(6, ElementType.I8),
    STRING(7, null),
    COMPLEX64(8, null),
    INT64(9, ElementType.I64),
    BOOL(10, ElementType.BOOL),
    BFLOAT16(14, ElementType.BF16),
    UINT16(17, ElementType.U16),
    COMPLEX128(18, null),
    HALF(19, ElementType.F16),
    RESOURCE(20, null),
    VARIANT(21, null),
    UINT32(22, ElementType.U32),
    UINT64(23, ElementType.U64),
    FLOAT8_E5M2(24, ElementType.F8_E5M2),
    FLOAT8_E4M3FN(25, ElementType.F8_E4M3);

    private final int number;
    private final @Nullable ElementType elementType;

    DataType(int number, @Nullable ElementType elementType) {
        this.number = number;
        this.elementType = elementType;
    }

    /** The type that a tensor of this number has here, or empty if it has none. */
    static Optional<ElementType> elementType(long number) {
        return of(number).map(type -> type.elementType);
    }

    /** TensorFlow's name of a type, or what stands for it if the number is of a newer one. */
    static String name(long number) {
        return of(number).map(type -> "DT_" + type.name()).orElse("data type " + number);
    }

    private static Optional<DataType> of(long number) {
        return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
    }
}
