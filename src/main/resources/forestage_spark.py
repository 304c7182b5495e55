"""io.forestage.spark.TextEmbedder for PySpark: texts to vectors, in pipelines too.

Forestage's jar holds this file: pass the jar with --jars and with --py-files.
"""

import sys

from pyspark import keyword_only
from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.util import JavaMLReadable, JavaMLWritable
from pyspark.ml.wrapper import JavaTransformer

__all__ = ["TextEmbedder"]


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


# PySpark finds the Python class of a saved stage by the Java class's package, and the other way round.
TextEmbedder.__module__ = "io.forestage.spark"
sys.modules["io.forestage.spark"] = sys.modules[__name__]
