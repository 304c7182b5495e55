"""Checks of scripts/check-spark, on a cluster: the driver's side. Each ends with a line, or with an error."""

import glob
import os
import signal
import subprocess
import sys
import threading
import time

import numpy
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.classification import LogisticRegression
from pyspark.ml.functions import array_to_vector, vector_to_array
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from forestage_spark import SkipGramEstimator, SkipGramModel, TextEmbedder

WORK = os.environ["CHECK_WORK"]
MODEL = os.environ["CHECK_MODEL"]
PARTS = 24


def session(**conf):
    builder = SparkSession.builder.config("spark.sql.extensions", "io.forestage.spark.ForestageExtensions")
    for name, value in conf.items():
        builder = builder.config(name.replace("_", "."), value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("WARN")
    return spark


def numbered(spark, parts):
    """The lines of the file with their numbers."""
    lines = open(f"{WORK}/texts.txt", encoding="utf-8").read().split("\n")[:-1]
    rows = spark.createDataFrame(list(enumerate(lines)), "id long, text string")
    return rows.repartition(parts, "id")


def executors():
    """The processes of the executors: children of the workers."""
    parents = os.environ["CHECK_WORKERS"].split()
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", ",".join(parents)], stdout=subprocess.PIPE, text=True)
    return [int(pid) for pid in found.stdout.split()]


def require_bits(found, column="vector"):
    """Every line once, with the bits of the plain JVM."""
    expected = numpy.load(f"{WORK}/expected.npy")
    rows = found.select("id", vector_to_array(column).alias("v")).collect()
    ids = sorted(row.id for row in rows)
    assert ids == list(range(len(expected))), f"expected each of {len(expected)} rows once, found {len(rows)} rows"
    for row in rows:
        values = numpy.array(row.v, dtype=numpy.float32)
        assert values.tobytes() == expected[row.id].tobytes(), f"row {row.id}: expected the plain JVM's bits, found others"
    return len(rows)


def kill():
    spark = session(spark_speculation="true", spark_speculation_quantile="0.3", spark_speculation_multiplier="1.01",
                    spark_speculation_interval="20ms", spark_speculation_minTaskRuntime="0ms")
    target = f"{WORK}/killed.parquet"
    embedded = TextEmbedder(model=MODEL, outputCol="vector").transform(numbered(spark, PARTS))
    victims = []

    def watch():
        tracker = spark.sparkContext.statusTracker()
        while not victims:
            for stage in tracker.getActiveStageIds():
                info = tracker.getStageInfo(stage)
                if info and info.numTasks == PARTS and info.numCompletedTasks >= 3:
                    victims.append(executors()[0])
                    os.kill(victims[0], signal.SIGKILL)
                    return
            time.sleep(0.005)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    # The slow step behind the embedding keeps tasks running long enough for one to be hit.
    slow = F.udf(lambda i: time.sleep(0.0005) or i, "long").asNondeterministic()
    embedded.withColumn("id", slow("id")).write.mode("overwrite").parquet(target)
    assert victims, "expected to kill an executor in the middle, found the job done before"
    rows = require_bits(spark.read.parquet(target))
    print(f"kill -9: executor {victims[0]} ended in the middle, speculation on; {rows} rows, each once, the plain JVM's bits")


def python():
    spark = session()
    texts = numbered(spark, 4).limit(600).withColumn("label", (F.col("id") % 2).cast("double"))
    texts = texts.withColumn("text", F.when(F.col("label") == 1, F.concat(F.lit("the sea and the ship "), "text")).otherwise(F.col("text")))
    texts = texts.cache()
    texts.count()
    embedder = TextEmbedder(model=MODEL, outputCol="vector", idsCol="ids", normalize=True)
    fitted = Pipeline(stages=[embedder, LogisticRegression(featuresCol="vector", maxIter=5)]).fit(texts)
    fitted.write().overwrite().save(f"{WORK}/pipeline")
    loaded = PipelineModel.load(f"{WORK}/pipeline")
    assert type(loaded.stages[0]) is TextEmbedder and loaded.stages[0].getOrDefault("normalize") is True
    one = fitted.transform(texts).select("id", "probability", "ids").orderBy("id").collect()
    other = loaded.transform(texts).select("id", "probability", "ids").orderBy("id").collect()
    assert one == other and len(one) == 600
    spark.conf.set("spark.forestage.model", MODEL)
    texts.createOrReplaceTempView("texts")
    same = spark.sql("select id, forestage_embed(text) as v from texts").join(
        TextEmbedder(model=MODEL, outputCol="vector").transform(texts).select("id", vector_to_array("vector", "float32").alias("w")), "id")
    assert same.filter("v = w").count() == 600, "expected forestage_embed to return the stage's vectors"
    bad = spark.createDataFrame([(0, None), (1, "king"), (2, "king " * 3000)], "id int, text string")
    kept = TextEmbedder(model=MODEL, outputCol="v", handleInvalid="keep", errorCol="e").transform(bad).orderBy("id").collect()
    assert [row.v is None for row in kept] == [True, False, True] and "expected at most" in kept[2].e
    print("PySpark: a pipeline saved and loaded, SQL, bad rows")


def archive():
    spark = session()
    rows = require_bits(TextEmbedder(model="spark-files:nano", outputCol="vector").transform(numbered(spark, 4)))
    print(f"--archives: {rows} rows with a model that Spark brought to each executor")


def four():
    spark = session()
    rows = require_bits(TextEmbedder(model=MODEL, outputCol="vector").transform(numbered(spark, 8)))
    count = len(executors())
    assert count == 4, f"expected four executors, found {count}"
    cache = os.environ["CHECK_CACHE"]
    left = [name for name in glob.glob(f"{cache}/**", recursive=True) if "tmp" in os.path.basename(name)]
    assert not left, f"expected no temporary files in DJL's folder, found {left}"
    libraries = glob.glob(f"{cache}/**/libtorch_cpu.so", recursive=True)
    assert len(libraries) == 1, f"expected one libtorch in {cache}, found {libraries}"
    print(f"four executors at once with an empty folder for native code: {rows} rows, nothing left over")


def skipgram():
    spark = session()
    texts = numbered(spark, 4)
    estimator = SkipGramEstimator(vectorSize=24, maxIter=2, minCount=2, numParts=4, stepsPerEpoch=3, seed=7,
                                  checkpointDir=f"{WORK}/checkpoints")
    vectors = lambda model: [(row.id, row.vector.toArray().tobytes()) for row in model.getVectors().collect()]
    alone = vectors(estimator.fit(texts.coalesce(1)))
    victims = []

    def watch():
        while not glob.glob(f"{WORK}/checkpoints/skipgram-*/step-2"):
            time.sleep(0.005)
        victims.append(executors()[0])
        os.kill(victims[0], signal.SIGKILL)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    model = estimator.fit(texts)
    assert victims, "expected to kill an executor in the middle, found the training done before"
    assert vectors(model) == alone, "expected the bits of the undisturbed training, found others"
    assert not glob.glob(f"{WORK}/checkpoints/skipgram-*"), "expected no checkpoint of a training that is done"
    model.write().overwrite().save(f"{WORK}/skipgram")
    loaded = SkipGramModel.load(f"{WORK}/skipgram")
    assert vectors(loaded) == alone and loaded.findSynonyms("queen", 3).count() == 3
    model.saveAsModelFolder(f"{WORK}/skipgram-folder")
    one = TextEmbedder(model=f"{WORK}/skipgram-folder", outputCol="a").transform(loaded.copy({loaded.outputCol: "b"}).transform(texts))
    for row in one.select(vector_to_array("a").alias("a"), vector_to_array("b").alias("b")).collect():
        assert numpy.allclose(row.a, row.b, atol=1e-5), "expected the mean that TextEmbedder makes, found another"
    print(f"skip-gram: executor {victims[0]} ended by kill -9 in the middle; {len(alone)} tokens, the undisturbed training's bits")


def hdfs():
    stores("HDFS", os.environ["CHECK_HDFS"])


def s3():
    stores("S3", "s3a://forestage")


def stores(name, root):
    """Everything that a file system of Hadoop may hold: models, texts, vectors, checkpoints."""
    spark = session()
    path = spark._jvm.org.apache.hadoop.fs.Path
    hadoop = spark._jsc.hadoopConfiguration()
    files, local = (path(place).getFileSystem(hadoop) for place in (root, f"file://{MODEL}"))
    # Not copyFromLocalFile, which fails on S3 for a folder in a folder.
    spark._jvm.org.apache.hadoop.fs.FileUtil.copy(local, path(MODEL), files, path(f"{root}/models/nano"), False, hadoop)
    numbered(spark, 4).write.parquet(f"{root}/texts")
    texts = spark.read.parquet(f"{root}/texts")
    TextEmbedder(model=f"{root}/models/nano", outputCol="vector").transform(texts).write.parquet(f"{root}/vectors")
    rows = require_bits(spark.read.parquet(f"{root}/vectors"))
    params = dict(vectorSize=24, maxIter=2, minCount=2, numParts=2, stepsPerEpoch=2, seed=7)
    vectors = lambda model: [(row.id, row.vector.toArray().tobytes()) for row in model.getVectors().collect()]
    alone = vectors(SkipGramEstimator(**params).fit(texts))
    model = SkipGramEstimator(checkpointDir=f"{root}/checkpoints", **params).fit(texts)
    assert vectors(model) == alone, "expected the bits of a training without checkpoints, found others"
    assert len(files.listStatus(path(f"{root}/checkpoints"))) == 0, "expected no checkpoint of a training that is done"
    model.write().save(f"{root}/skipgram")
    assert vectors(SkipGramModel.load(f"{root}/skipgram")) == alone
    model.saveAsModelFolder(f"{root}/skipgram-folder")
    assert TextEmbedder(model=f"{root}/skipgram-folder", outputCol="vector").transform(texts.limit(5)).count() == 5
    print(f"{name}: {rows} rows with a model, texts and vectors there; skip-gram's checkpoints and models, too")


def packages():
    spark = session()
    rows = require_bits(TextEmbedder(model=MODEL, outputCol="vector").transform(numbered(spark, 4)))
    print(f"--packages: {rows} rows, in Python without --py-files")


def pages():
    """The lines of the pages: what Scala wrote, then Python's and SQL's."""
    spark = session()
    pages = f"{WORK}/pages"
    lines = {}
    for name in ["embed.python", "skipgram.python", "embed.sql"]:
        lines[name] = open(f"{pages}/{name}", encoding="utf-8").read()
        assert lines[name].count("\n") >= 2, f"{name}: expected the page's lines, found {lines[name]!r}"
    exec(lines["embed.python"], {"spark": spark})
    exec(lines["skipgram.python"], {"spark": spark})
    for language in ["scala", "python"]:
        found = spark.read.parquet(f"{pages}/{language}").count()
        assert found == len(numpy.load(f"{WORK}/expected.npy")), f"{language}: expected every text, found {found}"
        assert os.path.exists(f"{pages}/{language}-model/model.safetensors"), f"{language}: expected a model folder"
    numbered(spark, 2).createOrReplaceTempView("texts")
    for statement in lines["embed.sql"].split(";"):
        if statement.strip():
            result = spark.sql(statement)
    require_bits(result.withColumn("vector", array_to_vector("vector")))
    print("the pages' lines of Scala, Python and SQL")


def processor_seconds(pids):
    ticks = 0
    for pid in pids:
        fields = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def speed():
    rounds = int(os.environ["CHECK_ROUNDS"])
    spark = session()
    spark.sparkContext.parallelize(range(2)).count()
    for _ in range(rounds):
        pids = executors()
        lines = spark.read.text(f"{WORK}/many.txt").withColumnRenamed("value", "text")
        wall, cpu = time.monotonic(), processor_seconds(pids)
        TextEmbedder(model=MODEL, outputCol="vector").transform(lines).write.format("noop").mode("overwrite").save()
        wall, cpu = time.monotonic() - wall, processor_seconds(pids) - cpu
        print(f"round {len(pids)} {int(os.environ['CHECK_ROWS'])} {wall:.3f} {cpu:.3f}", flush=True)


if __name__ == "__main__":
    checks = [kill, python, archive, four, hdfs, s3, packages, pages, skipgram, speed]
    {check.__name__: check for check in checks}[sys.argv[1]]()
    SparkSession.getActiveSession().stop()
