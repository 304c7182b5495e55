package io.forestage.weights;

import java.util.List;

/** What a header says of one tensor, before it is held against the file. */
record TensorDeclaration(ElementType type, List<Long> shape, List<Long> dataOffsets) {}
