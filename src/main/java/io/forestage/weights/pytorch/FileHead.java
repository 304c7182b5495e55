package io.forestage.weights.pytorch;

import java.nio.charset.StandardCharsets;

/** What a file is, told by its first bytes. */
enum FileHead {
    ZIP("a zip file", FileHead.NAME_ANOTHER),
    PICKLE("a pickle", FileHead.NAME_ANOTHER),
    NUMPY_ZIP("NumPy's .npz", FileHead.NAME_ANOTHER),
    TAR(
            "a tar file, as PyTorch before 0.1.10 wrote",
            "open it with torch.load in Python and save it again with torch.save"),
    EMPTY("an empty file", "fetch or write it again"),
    OTHER("neither a zip file nor a pickle", FileHead.NAME_ANOTHER);

    private static final String NAME_ANOTHER =
            "name the model's weight file, such as pytorch_model.bin";

    private static final String ZIP_MAGIC = "PK\003\004";
    private static final int ZIP_NAME_LENGTH = 26;
    private static final int ZIP_NAME = 30;

    private static final int PICKLE_MAGIC = 0x80;
    private static final int OLDEST_PROTOCOL = 2;
    private static final int NEWEST_PROTOCOL = 5;

    private static final String TAR_MAGIC = "ustar";
    private static final int TAR_MAGIC_AT = 257;

    private final String description;
    private final String remedy;

    FileHead(String description, String remedy) {
        this.description = description;
        this.remedy = remedy;
    }

    static FileHead of(byte[] head) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        if (text.isEmpty()) {
            return EMPTY;
        }
        if (text.startsWith(ZIP_MAGIC)) {
            return firstNameEndsWith(text, ".npy") ? NUMPY_ZIP : ZIP;
        }
        if (text.startsWith(TAR_MAGIC, TAR_MAGIC_AT)) {
            return TAR;
        }
        boolean isPickle =
                text.length() > 1
                        && text.charAt(0) == PICKLE_MAGIC
                        && text.charAt(1) >= OLDEST_PROTOCOL
                        && text.charAt(1) <= NEWEST_PROTOCOL;
        return isPickle ? PICKLE : OTHER;
    }

    String description() {
        return description;
    }

    String remedy() {
        return remedy;
    }

    private static boolean firstNameEndsWith(String text, String ending) {
        if (text.length() < ZIP_NAME) {
            return false;
        }
        int length = text.charAt(ZIP_NAME_LENGTH) | text.charAt(ZIP_NAME_LENGTH + 1) << 8;
        int end = ZIP_NAME + length;
        return text.length() >= end && text.substring(ZIP_NAME, end).endsWith(ending);
    }
}
