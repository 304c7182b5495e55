package io.forestage.pipeline;

import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.util.Pair;
import io.forestage.pipeline.PipelineOptions.Padding;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * The request and answer types of a translator, with their reader and writer.
 *
 * @param reader reads requests
 * @param writer makes answers
 * @param <I> the type of a request
 * @param <O> the type of an answer
 */
record Exchange<I, O>(Reader<I> reader, Writer<O> writer) {

    private static final Map<Class<?>, Function<ServedModel, Reader<?>>> READERS =
            Map.of(
                    Input.class, InputReader::new,
                    String.class, model -> model.<String>reader(RequestBody::ofText),
                    String[].class, model -> model.<String[]>reader(RequestBody::ofTexts),
                    long[].class, model -> model.<long[]>reader(RequestBody::ofIds),
                    long[][].class, model -> model.<long[][]>reader(RequestBody::ofIds));

    private static final Map<Class<?>, Writer<?>> WRITERS =
            Map.of(
                    Output.class, new OutputWriter(),
                    NDList.class, new ArraysWriter(),
                    float[].class, new FloatsWriter<>(float[].class, 1),
                    float[][].class, new FloatsWriter<>(float[][].class, 2),
                    float[][][].class, new FloatsWriter<>(float[][][].class, 3));

    private static final Set<Class<?>> OF_ONE_TEXT = Set.of(String.class, long[].class);

    private static final Set<Class<?>> OF_SEVERAL = Set.of(String[].class, long[][].class);

    /** All pairs that are possible with some options. */
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

    /** Returns whether requests of a type have texts, never ids. */
    static boolean isOfTexts(Class<?> input) {
        return input == String.class || input == String[].class;
    }

    /** The reader and writer of a pair of types; refuses options that do not fit the pair. */
    static <I, O> Exchange<I, O> of(Class<I> input, Class<O> output, ServedModel model) {
        if (WRITERS.get(output) instanceof FloatsWriter<?> floats
                && (OF_ONE_TEXT.contains(input) || OF_SEVERAL.contains(input))) {
            floats.requireRank(model.options(), OF_ONE_TEXT.contains(input));
        }
        @SuppressWarnings("unchecked") // each value has the type of its key
        Reader<I> reader = (Reader<I>) Objects.requireNonNull(READERS.get(input)).apply(model);
        @SuppressWarnings("unchecked")
        Writer<O> writer = (Writer<O>) Objects.requireNonNull(WRITERS.get(output));
        return new Exchange<>(reader, writer);
    }

    /** Reads requests. */
    @FunctionalInterface
    interface Reader<I> {

        /**
         * Reads a request.
         *
         * @param padding the padding of the answer if the request has no other
         * @throws IllegalArgumentException if the request is invalid
         */
        TokenRows read(I request, Padding padding);
    }

    /** Makes answers. */
    interface Writer<O> {

        /**
         * The padding of the answer to a request that has no other.
         *
         * @throws IllegalArgumentException if the request accepts no answer
         */
        Padding defaultPadding(Object request);

        /** Makes the answer to a request; its arrays belong to the owner. */
        O answer(Object request, Vectors vectors, NDManager owner);

        /**
         * Answers an invalid request. Plain vectors cannot report an error, so it fails the batch
         * and names the request.
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
     * What readers and writers know of a model.
     *
     * @param rows makes rows from texts and ids
     * @param arguments reads the parameters of a request
     * @param options the options of a request without its own
     * @param limits the limits of a server's request
     */
    record ServedModel(
            RowMaker rows,
            PipelineArguments arguments,
            PipelineOptions options,
            RequestLimits limits) {

        /** Reads requests of a program, which have no parameters and no limits. */
        private <I> Reader<I> reader(Function<I, RequestBody> body) {
            return (request, padding) ->
                    rows.rows(
                            body.apply(request),
                            options,
                            options.paddingOr(padding),
                            RequestLimits.none());
        }
    }

    /** Answers with arrays that belong to the predictor and are closed with it at the latest. */
    private static final class ArraysWriter implements Writer<NDList> {

        @Override
        public Padding defaultPadding(Object request) {
            return Padding.LONGEST;
        }

        @Override
        public NDList answer(Object request, Vectors vectors, NDManager owner) {
            NDList arrays = vectors.arrays();
            arrays.attach(owner);
            return arrays;
        }
    }
}
