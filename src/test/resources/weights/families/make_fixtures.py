"""Writes a small model of each family with transformers (made with 5.24.0), with random weights, and what its first
block reads: hidden_states[0] for the rows of ids in IDS, as float32 in expected.f32.
"""

import json
import shutil
from pathlib import Path

import torch
import transformers

HERE = Path(__file__).parent
IDS = [[1, 2, 10, 0], [5, 5, 5, 5]]
V, P, D = 11, 6, 8

NAMED_AS_GPT2 = {"vocab_size": V, "n_positions": P, "n_embd": D, "n_layer": 1, "n_head": 2}
NAMED_GENERALLY = {
    "vocab_size": V,
    "max_position_embeddings": P,
    "hidden_size": D,
    "intermediate_size": D,
    "num_hidden_layers": 1,
    "num_attention_heads": 1,
}
# The default ids of these classes' special tokens lie beyond so small a vocabulary.
NO_IDS = {"bos_token_id": None, "eos_token_id": None, "pad_token_id": None}


def vision_encoder_decoder():
    encoder = transformers.ViTConfig(
        hidden_size=D, intermediate_size=D, num_hidden_layers=1, num_attention_heads=2, image_size=4, patch_size=2
    )
    decoder = transformers.GPT2Config(**NAMED_AS_GPT2, **NO_IDS)
    config = transformers.VisionEncoderDecoderConfig.from_encoder_decoder_configs(encoder, decoder)
    return transformers.VisionEncoderDecoderModel(config)


def models():
    gpt2 = transformers.GPT2Config(**NAMED_AS_GPT2, **NO_IDS)
    yield "gpt2", transformers.GPT2LMHeadModel(gpt2)
    yield "openai-gpt", transformers.OpenAIGPTLMHeadModel(transformers.OpenAIGPTConfig(**NAMED_AS_GPT2))
    yield "gpt_bigcode", transformers.GPTBigCodeForCausalLM(
        transformers.GPTBigCodeConfig(**NAMED_AS_GPT2, **NO_IDS)
    )
    yield "imagegpt", transformers.ImageGPTForCausalImageModeling(transformers.ImageGPTConfig(**NAMED_AS_GPT2))
    yield "gpt_neo", transformers.GPTNeoForCausalLM(
        transformers.GPTNeoConfig(
            vocab_size=V,
            max_position_embeddings=P,
            hidden_size=D,
            num_layers=1,
            num_heads=2,
            attention_types=[[["global"], 1]],
            **NO_IDS,
        )
    )
    yield "codegen", transformers.CodeGenForCausalLM(
        transformers.CodeGenConfig(**{**NAMED_AS_GPT2, "n_head": 4, "n_embd": 16}, rotary_dim=2, **NO_IDS)
    )
    yield "gptj", transformers.GPTJForCausalLM(transformers.GPTJConfig(**NAMED_AS_GPT2, rotary_dim=2, **NO_IDS))
    yield "gpt_neox", transformers.GPTNeoXForCausalLM(transformers.GPTNeoXConfig(**NAMED_GENERALLY, **NO_IDS))
    yield "vision-encoder-decoder", vision_encoder_decoder()


def first_input(name, model):
    ids = torch.tensor(IDS)
    if name == "vision-encoder-decoder":
        pictures = torch.zeros(len(IDS), 3, 4, 4)
        found = model(pixel_values=pictures, decoder_input_ids=ids, output_hidden_states=True)
        return found.decoder_hidden_states[0]
    return model(ids, output_hidden_states=True).hidden_states[0]


def drawn():
    """Yields each family's name, its model with random weights, and what its first block reads."""
    for number, (name, model) in enumerate(models()):
        torch.manual_seed(number)
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.copy_(torch.randn(parameter.shape))
            model.eval()
            yield name, model, first_input(name, model)


def main():
    for name, model, expected in drawn():
        folder = HERE / name
        shutil.rmtree(folder, ignore_errors=True)
        model.save_pretrained(folder)
        (folder / "generation_config.json").unlink(missing_ok=True)
        (folder / "expected.f32").write_bytes(expected.contiguous().numpy().astype("<f4").tobytes())

    # The names of GPT2Config's attribute_map, as configurations of other programs have them.
    renamed = json.loads((HERE / "gpt2/config.json").read_text())
    for own, general in {"n_embd": "hidden_size", "n_positions": "max_position_embeddings"}.items():
        renamed[general] = renamed.pop(own)
    shutil.rmtree(HERE / "gpt2-attribute-map", ignore_errors=True)
    shutil.copytree(HERE / "gpt2", HERE / "gpt2-attribute-map")
    (HERE / "gpt2-attribute-map/config.json").write_text(json.dumps(renamed, indent=2) + "\n")


if __name__ == "__main__":
    main()
