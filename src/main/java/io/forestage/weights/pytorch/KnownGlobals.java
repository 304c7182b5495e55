package io.forestage.weights.pytorch;

import io.forestage.weights.ElementType;
import java.util.HashMap;
import java.util.Map;

/**
 * The classes and functions of a pickle whose result is known. All others, harmful or not, result
 * in an object of which nothing is known: Python would import and run them.
 */
final class KnownGlobals {

    private static final String REBUILDERS = "torch._utils._rebuild_";

    private static final Map<String, Value> VALUES = values();

    private KnownGlobals() {}

    static Value find(String module, String name) {
        String full = module + "." + name;
        Value value = VALUES.get(full);
        if (value != null) {
            return value;
        }
        return full.startsWith(REBUILDERS) ? Value.Callable.OTHER_TENSOR : Value.Callable.UNKNOWN;
    }

    private static Map<String, Value> values() {
        Map<String, Value> values = new HashMap<>();
        values.put("torch._utils._rebuild_tensor", Value.Callable.TENSOR);
        values.put("torch._utils._rebuild_tensor_v2", Value.Callable.TENSOR_V2);
        values.put("torch._utils._rebuild_tensor_v3", Value.Callable.TENSOR_V3);
        values.put("torch._utils._rebuild_parameter", Value.Callable.PARAMETER);
        values.put(
                "torch._utils._rebuild_parameter_with_state", Value.Callable.PARAMETER_WITH_STATE);
        values.put("collections.OrderedDict", Value.Callable.DICT);
        values.put("collections.defaultdict", Value.Callable.DEFAULT_DICT);
        values.put("torch.Size", Value.Callable.SIZE);
        values.put("builtins.dict", Value.Callable.DICT);
        values.put("__builtin__.dict", Value.Callable.DICT);
        storage(values, "DoubleStorage", ElementType.F64);
        storage(values, "FloatStorage", ElementType.F32);
        storage(values, "HalfStorage", ElementType.F16);
        storage(values, "BFloat16Storage", ElementType.BF16);
        storage(values, "LongStorage", ElementType.I64);
        storage(values, "IntStorage", ElementType.I32);
        storage(values, "ShortStorage", ElementType.I16);
        storage(values, "CharStorage", ElementType.I8);
        storage(values, "ByteStorage", ElementType.U8);
        storage(values, "BoolStorage", ElementType.BOOL);
        storage(values, "ComplexFloatStorage", ElementType.C64);
        storage(values, "ComplexDoubleStorage", ElementType.C128);
        storage(values, "QInt8Storage", ElementType.I8);
        storage(values, "QUInt8Storage", ElementType.U8);
        storage(values, "QInt32Storage", ElementType.I32);
        storage(values, "UntypedStorage", ElementType.U8);
        storage(values, "storage.UntypedStorage", ElementType.U8);
        storage(values, "storage._UntypedStorage", ElementType.U8);
        dtype(values, "float64", ElementType.F64);
        dtype(values, "float32", ElementType.F32);
        dtype(values, "float16", ElementType.F16);
        dtype(values, "bfloat16", ElementType.BF16);
        dtype(values, "float8_e5m2", ElementType.F8_E5M2);
        dtype(values, "float8_e4m3fn", ElementType.F8_E4M3);
        dtype(values, "float8_e8m0fnu", ElementType.F8_E8M0);
        dtype(values, "complex64", ElementType.C64);
        dtype(values, "complex128", ElementType.C128);
        dtype(values, "int64", ElementType.I64);
        dtype(values, "int32", ElementType.I32);
        dtype(values, "int16", ElementType.I16);
        dtype(values, "int8", ElementType.I8);
        dtype(values, "uint64", ElementType.U64);
        dtype(values, "uint32", ElementType.U32);
        dtype(values, "uint16", ElementType.U16);
        dtype(values, "uint8", ElementType.U8);
        dtype(values, "bool", ElementType.BOOL);
        return Map.copyOf(values);
    }

    private static void storage(Map<String, Value> values, String name, ElementType type) {
        values.put("torch." + name, new Value.StorageClass(type));
    }

    private static void dtype(Map<String, Value> values, String name, ElementType type) {
        values.put("torch." + name, new Value.DataType(type));
    }
}
