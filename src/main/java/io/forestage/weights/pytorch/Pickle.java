package io.forestage.weights.pytorch;

import java.util.Map;

/**
 * What a pickle came to.
 *
 * @param storages every storage that it refers to, whole, by its key
 */
record Pickle(Value value, Map<String, Value.Storage> storages) {}
