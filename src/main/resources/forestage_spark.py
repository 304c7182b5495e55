"""Forestage's stages for PySpark: TextEmbedder, texts to vectors; SkipGramEstimator, vectors of tokens from texts.

Forestage's jar holds this file: pass the jar with --jars and with --py-files.
"""

import sys

from pyspark import keyword_only
from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.util import JavaMLReadable, JavaMLWritable
from pyspark.ml.wrapper import JavaEstimator, JavaModel, JavaTransformer

__all__ = ["SkipGramEstimator", "SkipGramModel", "TextEmbedder"]


def _param(name, doc, converter=TypeConverters.toString):
    return Param(Params._dummy(), name, doc, typeConverter=converter)


class TextEmbedder(JavaTransformer, JavaMLReadable, JavaMLWritable):
    """Adds to a column of texts their vectors, their token ids, or both.

    The params are those of the Java class, under the same names; pass them to the constructor or to setParams.
    """

    model = _param("model", "a folder, spark-files:NAME, or a URI")
    inputCol = _param("inputCol", "the column of texts")
    outputCol = _param("outputCol", "the column of vectors")
    idsCol = _param("idsCol", "the column of token ids")
    errorCol = _param("errorCol", "with keep: the column of what is wrong")
    pooling = _param("pooling", "mean, last or none")
    normalize = _param("normalize", "whether vectors have length 1", TypeConverters.toBoolean)
    onTooLong = _param("onTooLong", "reject, truncate or windows")
    windowLength = _param("windowLength", "the tokens of a window", TypeConverters.toInt)
    windowStride = _param("windowStride", "the tokens from a window's start to the next", TypeConverters.toInt)
    handleInvalid = _param("handleInvalid", "error, skip or keep")

    @keyword_only
    def __init__(self, *, model=None, inputCol="text", outputCol=None, idsCol=None, errorCol=None, pooling="mean",
                 normalize=False, onTooLong="reject", windowLength=None, windowStride=None, handleInvalid="error"):
        super().__init__()
        self._java_obj = self._new_java_obj("io.forestage.spark.TextEmbedder", self.uid)
        self._setDefault(inputCol="text", pooling="mean", normalize=False, onTooLong="reject", handleInvalid="error")
        self._set(**self._input_kwargs)

    @keyword_only
    def setParams(self, *, model=None, inputCol=None, outputCol=None, idsCol=None, errorCol=None, pooling=None,
                  normalize=None, onTooLong=None, windowLength=None, windowStride=None, handleInvalid=None):
        """Sets the params that are given."""
        return self._set(**self._input_kwargs)


class _TextColumns(Params):
    inputCol = _param("inputCol", "the column of texts")
    outputCol = _param("outputCol", "the model's column of vectors")
    handleInvalid = _param("handleInvalid", "error or skip")


class SkipGramEstimator(JavaEstimator, _TextColumns, JavaMLReadable, JavaMLWritable):
    """Learns vectors of GPT-2's tokens from a column of texts.

    The params are those of the Java class, under the same names; pass them to the constructor or to setParams.
    """

    checkpointDir = _param("checkpointDir", "where each step's tables are kept")
    vectorSize = _param("vectorSize", "the values of a vector", TypeConverters.toInt)
    windowSize = _param("windowSize", "the farthest context on either side", TypeConverters.toInt)
    negative = _param("negative", "negatives for each context", TypeConverters.toInt)
    maxIter = _param("maxIter", "passes over the texts", TypeConverters.toInt)
    minCount = _param("minCount", "rarer tokens are left out", TypeConverters.toInt)
    numParts = _param("numParts", "parts of the vocabulary: the most tasks at once", TypeConverters.toInt)
    stepsPerEpoch = _param("stepsPerEpoch", "new partitions in a pass over the texts", TypeConverters.toInt)
    stepSize = _param("stepSize", "the initial learning rate", TypeConverters.toFloat)
    sample = _param("sample", "the share above which tokens are subsampled", TypeConverters.toFloat)
    seed = _param("seed", "of all random numbers", TypeConverters.toInt)

    def __init__(self, **params):
        super().__init__()
        self._java_obj = self._new_java_obj("io.forestage.spark.skipgram.SkipGramEstimator", self.uid)
        self._transfer_params_from_java()
        self._set(**params)

    def setParams(self, **params):
        """Sets the params that are given."""
        return self._set(**params)

    def _create_model(self, java_model):
        return SkipGramModel(java_model)


class SkipGramModel(JavaModel, _TextColumns, JavaMLReadable, JavaMLWritable):
    """Vectors of tokens: of a text their mean."""

    def getVectors(self):
        """Returns a DataFrame of id, word and vector."""
        return self._call_java("getVectors")

    def findSynonyms(self, word, num):
        """Returns a DataFrame of word and similarity, the nearest first."""
        return self._call_java("findSynonyms", word, num)

    def saveAsModelFolder(self, folder):
        """Writes a model folder of Forestage's: a path on the driver's own disk, or a URI of a Hadoop file system."""
        self._call_java("saveAsModelFolder", folder)


# PySpark finds the Python class of a saved stage by the Java class's package, and the other way round.
TextEmbedder.__module__ = "io.forestage.spark"
sys.modules["io.forestage.spark"] = sys.modules[__name__]
SkipGramEstimator.__module__ = SkipGramModel.__module__ = "io.forestage.spark.skipgram"
sys.modules["io.forestage.spark.skipgram"] = sys.modules[__name__]
