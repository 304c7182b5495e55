package io.forestage.weights.pytorch;

/** What a pickle may have called, and what comes of it here. */
enum Callable implements Value {
    /** (storage, offset, shape, strides). */
    TENSOR("_rebuild_tensor"),
    /** The same, then requires_grad, hooks and perhaps metadata. */
    TENSOR_V2("_rebuild_tensor_v2"),
    /** The same with a dtype before the metadata, over a storage of bytes. */
    TENSOR_V3("_rebuild_tensor_v3"),
    /** (tensor, requires_grad, hooks). */
    PARAMETER("_rebuild_parameter"),
    /** The same, then what else the parameter has as attributes. */
    PARAMETER_WITH_STATE("_rebuild_parameter_with_state"),
    /** Nothing, or, from Python 2, a list of pairs. */
    DICT("OrderedDict"),
    /** What makes the absent values. */
    DEFAULT_DICT("defaultdict"),
    /** A tuple. */
    SIZE("Size"),
    /** Settings and counters beside the weights; their content is of no concern here. */
    SETTING("a class of settings");

    private final String kind;

    Callable(String kind) {
        this.kind = kind;
    }

    @Override
    public String kind() {
        return kind;
    }
}
