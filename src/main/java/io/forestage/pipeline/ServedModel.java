package io.forestage.pipeline;

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
