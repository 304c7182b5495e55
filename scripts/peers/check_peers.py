"""The comparisons of scripts/check-peers, which starts it: check_peers.py FOLDER."""

import logging
import pathlib
import sys

import numpy
import safetensors
import tiktoken
import tokenizers
import torch
import transformers

import corpus_checks
import decoder_checks
import family_checks
import folder_checks
import format_checks
import model_checks
import padding_checks
import token_checks
import training_checks
import vocabulary
from report import Report


def main(folder):
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    logging.disable(logging.WARNING)
    torch.set_num_threads(1)
    peers = (torch, transformers, tokenizers, safetensors, tiktoken, numpy)
    print(", ".join(f"{peer.__name__} {peer.__version__}" for peer in peers), flush=True)
    report = Report()
    gpt2 = vocabulary.gpt2(report, folder / "gpt2-tokenizer")
    token_checks.run(report, folder, gpt2)
    folder_checks.run(report, folder)
    models = model_checks.run(report, folder, gpt2)
    padding_checks.run(report, folder, models)
    format_checks.run(report, folder)
    family_checks.run(report, folder)
    corpus_checks.run(report, folder)
    training_checks.run(report, folder, models)
    decoder_checks.run(report, folder)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
