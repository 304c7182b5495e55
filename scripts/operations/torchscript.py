"""Saves TorchScript modules without debug information, which has paths of the machine that made them."""

import zipfile

import torch


def save(module, path):
    torch.jit.script(module.eval()).save(str(path))
    with zipfile.ZipFile(path) as archive:
        entries = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in entries:
            if not name.endswith(".debug_pkl"):
                archive.writestr(zipfile.ZipInfo(name), content)
