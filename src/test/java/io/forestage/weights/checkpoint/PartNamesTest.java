package io.forestage.weights.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The names of the transformer blocks' tensors in files. */
class PartNamesTest {

    @ParameterizedTest
    @CsvSource({
        "h.0.ln_1.weight, h.0.ln_1.weight",
        "transformer.h.11.mlp.c_proj.bias, h.11.mlp.c_proj.bias",
        "_orig_mod.transformer.h.3.attn.c_attn.bias, h.3.attn.c_attn.bias",
        "ln_f.weight, ln_f.weight",
        "transformer.ln_f.bias, ln_f.bias",
        "module.lm_head.weight, lm_head.weight",
        "h.0.attn.bias,",
        "transformer.h.0.attn.masked_bias,",
        "h.0.crossattention.c_attn.weight,",
        "wte.weight,",
        "h.123456.ln_1.weight,",
    })
    void ofTransformers(String name, String expected) {
        assertThat(PartNames.ofHuggingFace(name)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "model/h0/attn/c_attn/w, h.0.attn.c_attn.weight",
        "model/h11/mlp/c_proj/b, h.11.mlp.c_proj.bias",
        "model/h2/ln_2/g, h.2.ln_2.weight",
        "model/ln_f/g, ln_f.weight",
        "model/ln_f/b, ln_f.bias",
        "model/h2/ln_f/b,",
        "model/ln_1/b,",
        "model/wte,",
    })
    void ofOpenAi(String name, String expected) {
        assertThat(PartNames.ofOpenAi(name)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "blk.0.attn_qkv.bias, h.0.attn.c_attn.bias",
        "blk.7.ffn_down.weight, h.7.mlp.c_proj.weight",
        "output_norm.bias, ln_f.bias",
        "output.weight, lm_head.weight",
        "blk.0.output.weight,",
        "ffn_up.weight,",
        "token_embd.weight,",
    })
    void ofGguf(String name, String expected) {
        assertThat(PartNames.ofGguf(name)).isEqualTo(expected);
    }

    @Test
    void ofLlmc() {
        assertThat(PartNames.stacked("qkvw")).isEqualTo("attn.c_attn.weight");
        assertThat(PartNames.ofLlmc("lnfw")).isEqualTo("ln_f.weight");
        assertThat(PartNames.ofLlmc("ln1w")).isNull();
    }
}
