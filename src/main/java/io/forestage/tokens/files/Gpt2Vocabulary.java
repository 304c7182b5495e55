package io.forestage.tokens.files;

import io.forestage.tokens.TokenizerFileException;
import io.forestage.tokens.bpe.AddedToken;
import io.forestage.tokens.bpe.ByteLevelModel;
import io.forestage.tokens.bpe.MergeTable;
import io.forestage.tokens.bpe.Vocabulary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads GPT-2's vocabulary and merges from a resource of the jtokkit jar.
 *
 * <p>The resource has a line for each token: its bytes in base64, a space and its rank, which is
 * its id. It has no merges, but they follow from the ranks. Training made a token by merging two
 * neighbours, when only tokens of lower rank existed. So merging the token's bytes with these lower
 * ranks leaves exactly the two neighbours. A test compares digests of ids and merges with those of
 * the published vocab.json and merges.txt.
 */
public final class Gpt2Vocabulary {

    private static final String RESOURCE = "/com/knuddels/jtokkit/r50k_base.tiktoken";
    private static final int BYTES = 256;
    private static final int RANKS = 50256;
    private static final String END_OF_TEXT = "<|endoftext|>";

    private final Vocabulary.ByteLevelAlphabet alphabet = new Vocabulary.ByteLevelAlphabet();
    private final byte[][] bytesOfRank = new byte[RANKS][];

    /** Reads the ranks and derives the contents of vocab.json and merges.txt. */
    public static ByteLevelBpe read() throws TokenizerFileException {
        Gpt2Vocabulary ranks = new Gpt2Vocabulary();
        ranks.readLines(resource());
        return ranks.toBpe();
    }

    private static byte[] resource() throws TokenizerFileException {
        try (InputStream in = Gpt2Vocabulary.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new TokenizerFileException(
                        RESOURCE,
                        "class path",
                        "the ranks of GPT-2's vocabulary",
                        "no such resource",
                        "put com.knuddels:jtokkit on the class path");
            }
            return in.readAllBytes();
        } catch (TokenizerFileException e) {
            throw e;
        } catch (IOException e) {
            throw damaged("class path", "a readable resource", String.valueOf(e.getMessage()), e);
        }
    }

    private void readLines(byte[] lines) throws TokenizerFileException {
        int line = 0;
        int start = 0;
        while (start < lines.length) {
            line++;
            int space = indexOf(lines, ' ', start);
            int end = indexOf(lines, '\n', space);
            try {
                int rank =
                        Integer.parseInt(
                                new String(
                                        lines,
                                        space + 1,
                                        end - space - 1,
                                        StandardCharsets.ISO_8859_1));
                bytesOfRank[rank] =
                        Base64.getDecoder().decode(Arrays.copyOfRange(lines, start, space));
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw damaged(
                        "line %d".formatted(line),
                        "base64, a space and a rank",
                        "something else",
                        e);
            }
            start = end + 1;
        }
        for (int rank = 0; rank < RANKS; rank++) {
            if (bytesOfRank[rank] == null) {
                throw damaged(
                        "whole file",
                        "%d ranks".formatted(RANKS),
                        "no rank %d".formatted(rank),
                        null);
            }
        }
    }

    private static int indexOf(byte[] bytes, char c, int from) {
        int i = from;
        while (i < bytes.length && bytes[i] != c) {
            i++;
        }
        return i;
    }

    private ByteLevelBpe toBpe() throws TokenizerFileException {
        int[] rankOfByte = new int[BYTES];
        String[] tokens = new String[RANKS + 1];
        for (int rank = 0; rank < RANKS; rank++) {
            byte[] bytes = bytesOfRank[rank];
            tokens[rank] = alphabet.spell(bytes, 0, bytes.length);
            if (rank < BYTES) {
                rankOfByte[bytes[0] & 0xFF] = rank;
            }
        }
        tokens[RANKS] = END_OF_TEXT;
        MergeTable table = new MergeTable(RANKS - BYTES);
        int[] parts = new int[maxLength()];
        int[] ranks = new int[parts.length];
        ByteLevelModel.Merges merges = new ByteLevelModel.Merges(RANKS - BYTES);
        for (int rank = BYTES; rank < RANKS; rank++) {
            byte[] bytes = bytesOfRank[rank];
            for (int i = 0; i < bytes.length; i++) {
                parts[i] = rankOfByte[bytes[i] & 0xFF];
            }
            for (int i = 0; i + 1 < bytes.length; i++) {
                ranks[i] = table.rankOf(parts[i], parts[i + 1]);
            }
            if (table.merge(parts, ranks, bytes.length) != 2) {
                throw damaged(
                        "rank %d".formatted(rank), "a merge of two lower ranks", "none", null);
            }
            table.add(parts[0], parts[1], rank);
            merges.add(parts[0], parts[1], rank);
        }
        return new ByteLevelBpe(
                RESOURCE, tokens, merges, List.of(AddedToken.special(RANKS, END_OF_TEXT)), false);
    }

    private int maxLength() {
        return Arrays.stream(bytesOfRank).mapToInt(bytes -> bytes.length).max().orElseThrow();
    }

    private static TokenizerFileException damaged(
            String where, String expected, String found, @Nullable Throwable cause) {
        return new TokenizerFileException(
                RESOURCE, where, expected, found, "fetch the jtokkit 1.1.0 jar again", cause);
    }
}
