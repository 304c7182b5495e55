package io.forestage.weights.pytorch;

import io.forestage.support.Quoted;
import io.forestage.weights.ElementType;
import io.forestage.weights.WeightFileException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Every class and function that a pickle may name. All others are refused, harmful or not: Python
 * would import and run them.
 */
final class KnownGlobals {

    private static final String REBUILDERS = "torch._utils._rebuild_";

    /**
     * Data that checkpoints contain beside the weights: arguments, devices, NumPy's and Python 2's.
     */
    private static final List<String> SETTINGS =
            List.of(
                    "_codecs.encode",
                    "argparse.Namespace",
                    "numpy._core.multiarray.scalar",
                    "numpy.core.multiarray.scalar",
                    "numpy.dtype",
                    "pathlib.PosixPath",
                    "pathlib.WindowsPath",
                    "torch.device",
                    "torch.serialization._get_layout");

    private static final List<String> BUILT_IN =
            List.of(
                    "bool",
                    "bytearray",
                    "bytes",
                    "complex",
                    "float",
                    "frozenset",
                    "int",
                    "list",
                    "long",
                    "set",
                    "str",
                    "tuple",
                    "unicode");

    private static final Map<String, Value> VALUES = values();

    private KnownGlobals() {}

    static Value find(PickleInput input, String module, String name) throws WeightFileException {
        String full = module + "." + name;
        Value value = VALUES.get(full);
        if (value == null) {
            throw input.problem(
                    "only tensors and plain settings",
                    Quoted.cut(full),
                    full.startsWith(REBUILDERS)
                            ? "save it as a plain tensor in Python, after .to_dense() or"
                                    + " .dequantize()"
                            : PickleInput.SAVE_STATE_DICT);
        }
        return value;
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
        SETTINGS.forEach(name -> values.put(name, Value.Callable.SETTING));
        for (String module : List.of("builtins", "__builtin__")) {
            values.put(module + ".dict", Value.Callable.DICT);
            BUILT_IN.forEach(name -> values.put(module + "." + name, Value.Callable.SETTING));
        }
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
        storage(values, "UntypedStorage", ElementType.U8);
        storage(values, "storage.UntypedStorage", ElementType.U8);
        storage(values, "storage._UntypedStorage", ElementType.U8);
        dtype(values, "float64", ElementType.F64);
        dtype(values, "float32", ElementType.F32);
        dtype(values, "float16", ElementType.F16);
        dtype(values, "bfloat16", ElementType.BF16);
        dtype(values, "float8_e5m2", ElementType.F8_E5M2);
        dtype(values, "float8_e4m3fn", ElementType.F8_E4M3);
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
