"""Calls Forestage's command line and Java programs."""

import os
import pathlib
import subprocess

HOME = pathlib.Path(__file__).resolve().parent.parent.parent


def forestage(*arguments):
    """Runs scripts/forestage and returns its standard output. Raises an error with its message if it fails."""
    return run([HOME / "scripts/forestage", *arguments])


def java(program, *arguments):
    """Runs a Java source file of this folder with Forestage's classes."""
    jars = (HOME / "target/runtime.classpath").read_text().strip()
    launcher = os.path.join(os.environ["JAVA_HOME"], "bin/java") if os.environ.get("JAVA_HOME") else "java"
    options = ["-Dai.djl.offline=true", "-DOPT_OUT_TRACKING=true", "-Dorg.slf4j.simpleLogger.defaultLogLevel=off"]
    classpath = f"{HOME / 'target/forestage.jar'}{os.pathsep}{jars}"
    return run([launcher, *options, "-cp", classpath, HOME / "scripts/peers" / program, *arguments])


def jar(name):
    """Returns the path of a library on Forestage's class path."""
    jars = (HOME / "target/runtime.classpath").read_text().strip().split(os.pathsep)
    return next(path for path in jars if pathlib.Path(path).name.startswith(name + "-"))


def run(words):
    done = subprocess.run([str(word) for word in words], capture_output=True, encoding="utf-8")
    if done.returncode != 0:
        command = " ".join(map(str, words[:4]))[:200]
        raise RuntimeError(f"{command} … exit status {done.returncode}: {done.stderr.strip()}")
    return done.stdout
