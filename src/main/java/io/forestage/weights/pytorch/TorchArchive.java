package io.forestage.weights.pytorch;

import io.forestage.weights.FileBytes;
import io.forestage.weights.StoredTensor;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.Wording;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The zip file that PyTorch writes since 1.6: in one folder of any name {@code data.pkl}, the
 * pickle, and {@code data/KEY}, the storages.
 */
final class TorchArchive implements Storages {

    private static final String PICKLE = "data.pkl";
    private static final int NAMES_SHOWN = 3;
    private static final int LONGEST_BYTE_ORDER = 16;

    private final FileBytes file;
    private final ZipArchive archive;
    private final String root;
    private final ByteOrder order;

    private TorchArchive(ZipBytes bytes) throws WeightFileException {
        file = bytes.file();
        archive = ZipArchive.read(bytes);
        root = root();
        requireNoProgram();
        order = byteOrder();
    }

    static List<StoredTensor> tensors(ZipBytes bytes) throws WeightFileException {
        TorchArchive torch = new TorchArchive(bytes);
        return new TensorWalk(bytes.file(), torch).tensors(torch.pickle().value());
    }

    @Override
    public Stored find(String tensor, Value.Storage storage) throws WeightFileException {
        String name = root + "data/" + storage.key();
        if (!archive.names().contains(name)) {
            throw file.problem(
                    tensor,
                    "its storage in entry " + Wording.quoted(name),
                    "no such entry",
                    FileBytes.DAMAGED);
        }
        Stored stored = archive.require(name);
        if (stored.size() != storage.byteSize()) {
            throw file.problem(
                    tensor,
                    "%d bytes in entry %s, for %d elements of %s"
                            .formatted(
                                    storage.byteSize(),
                                    Wording.quoted(name),
                                    storage.count(),
                                    storage.type()),
                    stored.size() + "",
                    FileBytes.DAMAGED);
        }
        return stored.in(order);
    }

    private Pickle pickle() throws WeightFileException {
        archive.requireChecksum(root + PICKLE);
        Stored place = archive.require(root + PICKLE);
        if (place.size() > PickleInput.LONGEST) {
            throw file.problem(
                    null,
                    "a %s of at most %d bytes".formatted(PICKLE, PickleInput.LONGEST),
                    place.size() + "",
                    PickleInput.SAVE_STATE_DICT);
        }
        PickleInput input = new PickleInput(place, PICKLE);
        Pickle pickle = Unpickler.read(input);
        if (input.position() != place.size()) {
            throw input.damaged("the end of %s after its STOP".formatted(PICKLE), "more bytes");
        }
        return pickle;
    }

    /** The folder that everything lies in, with the slash. */
    private String root() throws WeightFileException {
        List<String> pickles =
                archive.names().stream()
                        .filter(name -> name.indexOf('/') == name.length() - PICKLE.length() - 1)
                        .filter(name -> name.endsWith("/" + PICKLE))
                        .toList();
        if (pickles.size() != 1) {
            throw file.problem(
                    null,
                    "one folder with a " + PICKLE,
                    pickles.isEmpty() ? some(archive.names()) : some(pickles),
                    "name the file that torch.save wrote; if it is inside this one, unpack it");
        }
        return pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
    }

    private static String some(Collection<String> names) {
        return names.isEmpty()
                ? "nothing"
                : names.stream()
                        .limit(NAMES_SHOWN)
                        .map(Wording::quoted)
                        .collect(Collectors.joining(", "));
    }

    private void requireNoProgram() throws WeightFileException {
        boolean isProgram =
                archive.names().stream()
                        .anyMatch(
                                name ->
                                        name.equals(root + "constants.pkl")
                                                || name.startsWith(root + "code/"));
        if (isProgram) {
            throw file.problem(
                    null,
                    "weights",
                    "a TorchScript program",
                    "save its weights in Python:"
                            + " torch.save(torch.jit.load(file).state_dict(), \"model.pt\")");
        }
    }

    /** What PyTorch before 2.1 did not write down was little-endian on all but few machines. */
    private ByteOrder byteOrder() throws WeightFileException {
        String name = root + "byteorder";
        if (!archive.names().contains(name)) {
            return ByteOrder.LITTLE_ENDIAN;
        }
        Stored stored = archive.require(name);
        byte[] text = new byte[(int) Math.min(stored.size(), LONGEST_BYTE_ORDER)];
        stored.source().read(null, stored.offset(), ByteBuffer.wrap(text));
        String found = new String(text, StandardCharsets.ISO_8859_1);
        return switch (found) {
            case "little" -> ByteOrder.LITTLE_ENDIAN;
            case "big" -> ByteOrder.BIG_ENDIAN;
            default ->
                    throw file.problem(
                            null,
                            "little or big in entry " + Wording.quoted(name),
                            Wording.quoted(found),
                            FileBytes.DAMAGED);
        };
    }
}
