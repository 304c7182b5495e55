package io.forestage.tokens.files;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/** What the names of transformers' tokenizer classes, and of tokenizers' files, tell. */
final class TokenizerClass {

    private static final String GPT2 = "GPT2Tokenizer";

    /** Classes that do what tokenizer.json says. */
    private static final Set<String> GENERIC = Set.of("PreTrainedTokenizer", "TokenizersBackend");

    /** Classes that read vocab.json and merges.txt, or tokenizer.json, as GPT-2's does. */
    private static final Set<String> BYTE_LEVEL =
            Set.of(
                    GPT2,
                    "CodeGenTokenizer",
                    "GPTNeoXTokenizer",
                    "RobertaTokenizer",
                    "BartTokenizer",
                    "LongformerTokenizer",
                    "LEDTokenizer",
                    "BlenderbotTokenizer");

    /** Classes of WordPiece, SentencePiece, words, characters and plain bytes. */
    private static final Set<String> FOREIGN =
            Set.of(
                    "AlbertTokenizer",
                    "BarthezTokenizer",
                    "BertGenerationTokenizer",
                    "BertJapaneseTokenizer",
                    "BertTokenizer",
                    "BertweetTokenizer",
                    "BigBirdTokenizer",
                    "BioGptTokenizer",
                    "ByT5Tokenizer",
                    "CamembertTokenizer",
                    "CanineTokenizer",
                    "CharacterTokenizer",
                    "CpmTokenizer",
                    "CpmAntTokenizer",
                    "CTRLTokenizer",
                    "DebertaV2Tokenizer",
                    "DistilBertTokenizer",
                    "ElectraTokenizer",
                    "EsmTokenizer",
                    "FlaubertTokenizer",
                    "FNetTokenizer",
                    "FSMTTokenizer",
                    "FunnelTokenizer",
                    "GemmaTokenizer",
                    "GPTNeoXJapaneseTokenizer",
                    "GPTSw3Tokenizer",
                    "HerbertTokenizer",
                    "LayoutLMTokenizer",
                    "M2M100Tokenizer",
                    "MarianTokenizer",
                    "MBart50Tokenizer",
                    "MBartTokenizer",
                    "MobileBertTokenizer",
                    "MPNetTokenizer",
                    "NllbTokenizer",
                    "OpenAIGPTTokenizer",
                    "PegasusTokenizer",
                    "PerceiverTokenizer",
                    "PhobertTokenizer",
                    "ProphetNetTokenizer",
                    "ReformerTokenizer",
                    "RemBertTokenizer",
                    "RoFormerTokenizer",
                    "SeamlessM4TTokenizer",
                    "SiglipTokenizer",
                    "SplinterTokenizer",
                    "SqueezeBertTokenizer",
                    "T5Tokenizer",
                    "TransfoXLTokenizer",
                    "Wav2Vec2CTCTokenizer",
                    "XGLMTokenizer",
                    "XLMProphetNetTokenizer",
                    "XLMRobertaTokenizer",
                    "XLMTokenizer",
                    "XLNetTokenizer");

    /** Files of vocabularies that are not GPT-2's kind, or of its kind in another form. */
    private static final Set<String> FOREIGN_FILES =
            Set.of(
                    "vocab.txt",
                    "vocab.tsv",
                    "vocab.pkl",
                    "vocab.model",
                    "dict.txt",
                    "meta.pkl",
                    "bpe.codes",
                    "bpe.model",
                    "codes.txt",
                    "tokenizer.model",
                    "tokenizer.pkl",
                    "tokenizer.vocab",
                    "tekken.json",
                    "spiece.model",
                    "spiece.vocab",
                    "sp.model",
                    "sp.vocab",
                    "spm.model",
                    "spm.vocab",
                    "sentencepiece.model",
                    "sentencepiece.bpe.model");

    private static final Set<String> FOREIGN_ENDINGS =
            Set.of(".spm", ".tiktoken", ".sentencepiece", ".bpe.model", ".sp.model");

    /** GPT-2's own vocabulary, as OpenAI's tiktoken names its file. */
    private static final String OWN_FILE = "r50k_base.tiktoken";

    private TokenizerClass() {}

    /** Returns whether a class may read the vocabulary of a source as we do. */
    static boolean fits(String name, TokenizerFolder.Source source) {
        String slow = slow(name);
        return switch (source) {
            // The file says what it is, and other kinds are refused when it is read.
            case TOKENIZER_JSON -> !FOREIGN.contains(slow);
            case VOCABULARY_AND_MERGES -> BYTE_LEVEL.contains(slow) || GENERIC.contains(slow);
            case GPT2 -> slow.equals(GPT2);
        };
    }

    /**
     * Returns the settings as the class uses them. A class of GPT-2's kind sets add_prefix_space
     * whatever tokenizer.json says, to false by default; a generic one leaves it to tokenizer.json.
     */
    static SideFiles effective(SideFiles settings, TokenizerFolder.Source source) {
        String name = settings.tokenizerClass();
        if (name == null || source != TokenizerFolder.Source.TOKENIZER_JSON) {
            return settings;
        }
        Boolean prefixSpace =
                BYTE_LEVEL.contains(slow(name)) ? (Boolean) settings.prefixSpaceOr(false) : null;
        return new SideFiles(name, settings.classFile(), prefixSpace, settings.declared());
    }

    /** Returns whether a file's name is that of another kind of tokenizer. */
    static boolean isForeignFile(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return !name.equals(OWN_FILE)
                && (FOREIGN_FILES.contains(name)
                        || FOREIGN_ENDINGS.stream().anyMatch(name::endsWith));
    }

    private static String slow(String name) {
        return name.endsWith("Fast") ? name.substring(0, name.length() - 4) : name;
    }
}
