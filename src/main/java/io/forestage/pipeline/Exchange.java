package io.forestage.pipeline;

import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.util.Pair;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * What a translator takes in and gives out.
 *
 * @param reader reads requests
 * @param writer makes answers
 * @param <I> the type of a request
 * @param <O> the type of an answer
 */
record Exchange<I, O>(Reader<I> reader, Writer<O> writer) {

    private static final Map<Class<?>, Function<ServedModel, Reader<?>>> READERS =
            Map.of(
                    Input.class,
                    InputReader::new,
                    String.class,
                    model ->
                            (Reader<String>)
                                    text ->
                                            model.rows()
                                                    .ofText(text, model.options())
                                                    .cut(model.options()),
                    String[].class,
                    model ->
                            (Reader<String[]>)
                                    texts ->
                                            model.rows()
                                                    .ofTexts(texts, model.options())
                                                    .cut(model.options()),
                    long[].class,
                    model -> (Reader<long[]>) ids -> model.rows().ofIds(ids).cut(model.options()),
                    long[][].class,
                    model ->
                            (Reader<long[][]>)
                                    rows -> model.rows().ofIds(rows).cut(model.options()));

    private static final Map<Class<?>, Writer<?>> WRITERS =
            Map.of(
                    Output.class, new OutputWriter(),
                    NDList.class, new ArraysWriter(),
                    float[].class, new FloatsWriter<>(float[].class, 1),
                    float[][].class, new FloatsWriter<>(float[][].class, 2),
                    float[][][].class, new FloatsWriter<>(float[][][].class, 3));

    private static final Set<Class<?>> OF_ONE_TEXT = Set.of(String.class, long[].class);

    private static final Set<Class<?>> OF_SEVERAL = Set.of(String[].class, long[][].class);

    /** Every pair that some options make possible. */
    static Set<Pair<Type, Type>> supported() {
        Set<Pair<Type, Type>> pairs = new HashSet<>();
        for (Class<?> input : READERS.keySet()) {
            for (Class<?> output : WRITERS.keySet()) {
                if (!OF_SEVERAL.contains(input) || output != float[].class) {
                    pairs.add(new Pair<>(input, output));
                }
            }
        }
        return pairs;
    }

    /** Reads and makes a pair of types; refuses options that the pair cannot express. */
    static <I, O> Exchange<I, O> of(Class<I> input, Class<O> output, ServedModel model) {
        if (WRITERS.get(output) instanceof FloatsWriter<?> floats
                && (OF_ONE_TEXT.contains(input) || OF_SEVERAL.contains(input))) {
            floats.requireRank(model.options(), OF_ONE_TEXT.contains(input));
        }
        @SuppressWarnings("unchecked") // each map holds what is of its key's type
        Reader<I> reader = (Reader<I>) Objects.requireNonNull(READERS.get(input)).apply(model);
        @SuppressWarnings("unchecked")
        Writer<O> writer = (Writer<O>) Objects.requireNonNull(WRITERS.get(output));
        return new Exchange<>(reader, writer);
    }

    /** Reads a request, and refuses what is wrong with an {@link IllegalArgumentException}. */
    @FunctionalInterface
    interface Reader<I> {
        TokenRows read(I request);
    }

    /** Makes answers. */
    @FunctionalInterface
    interface Writer<O> {

        /** Makes the answer to a request; what holds memory of the device belongs to the owner. */
        O answer(Object request, Vectors vectors, NDManager owner);

        /**
         * Answers a request that cannot be read. An answer of plain vectors cannot tell a problem:
         * it ends the batch, and says whose it is.
         */
        default O refuse(int index, IllegalArgumentException problem) {
            throw index == 0
                    ? problem
                    : new IllegalArgumentException(
                            "request %d of the batch: %s".formatted(index, problem.getMessage()),
                            problem);
        }
    }

    /**
     * A model as its translators see it.
     *
     * @param rows makes rows of texts and ids
     * @param arguments reads the parameters of a request
     * @param options what is made of a request that says nothing else
     * @param limits how much a server's request may ask for
     */
    record ServedModel(
            RowMaker rows,
            PipelineArguments arguments,
            PipelineOptions options,
            RequestLimits limits) {}

    /** Answers with arrays, which belong to the predictor: to be closed, at the latest with it. */
    private static final class ArraysWriter implements Writer<NDList> {

        @Override
        public NDList answer(Object request, Vectors vectors, NDManager owner) {
            NDList arrays = vectors.arrays();
            arrays.attach(owner);
            return arrays;
        }
    }
}
