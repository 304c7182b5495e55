package io.forestage.weights.pytorch;

import io.forestage.support.Quoted;
import io.forestage.weights.FileBytes;
import io.forestage.weights.StoredTensor;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.zip.ZipArchive;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The zip file that PyTorch writes since 1.6. One folder of any name contains {@code data.pkl}, the
 * pickle, and {@code data/KEY}, the storages.
 */
final class TorchArchive implements Storages {

    private static final String PICKLE = "data.pkl";

    /** PyTorch writes this if it computes no checksums. */
    private static final int NO_CHECKSUM = 0;

    private static final int NAMES_SHOWN = 3;
    private static final int MAX_BYTE_ORDER_LENGTH = 16;

    private final FileBytes file;
    private final ZipArchive archive;
    private final String root;
    private final ByteOrder order;

    private TorchArchive(ZipArchive archive, FileBytes file) throws WeightFileException {
        this.file = file;
        this.archive = archive;
        root = root();
        requireNoProgram();
        order = byteOrder();
    }

    static List<StoredTensor> tensors(ZipArchive archive, FileBytes file)
            throws WeightFileException {
        TorchArchive torch = new TorchArchive(archive, file);
        return new TensorWalk(file, torch).tensors(torch.pickle().value());
    }

    @Override
    public Storages.Stored find(String tensor, Value.Storage storage) throws WeightFileException {
        String name = root + "data/" + storage.key();
        Optional<ZipArchive.Entry> entry = archive.find(name);
        if (entry.isEmpty()) {
            throw file.problem(
                    tensor,
                    "its storage in entry %s".formatted(Quoted.of(name)),
                    "no such entry",
                    FileBytes.DAMAGED);
        }
        Storages.Stored stored = stored(entry.get());
        if (stored.size() != storage.byteSize()) {
            throw file.problem(
                    tensor,
                    "%d bytes in entry %s, for %d elements of %s"
                            .formatted(
                                    storage.byteSize(),
                                    Quoted.of(name),
                                    storage.count(),
                                    storage.type()),
                    "%d bytes".formatted(stored.size()),
                    FileBytes.DAMAGED);
        }
        return stored.in(order);
    }

    private Unpickler.Pickle pickle() throws WeightFileException {
        ZipArchive.Entry entry = archive.find(root + PICKLE).orElseThrow();
        Storages.Stored place = stored(entry);
        if (place.size() > PickleInput.MAX_LENGTH) {
            throw file.problem(
                    null,
                    "a %s of at most %d bytes".formatted(PICKLE, PickleInput.MAX_LENGTH),
                    "%d bytes".formatted(place.size()),
                    PickleInput.SAVE_STATE_DICT);
        }
        if (entry.crc() != NO_CHECKSUM) {
            archive.requireChecksum(entry);
        }
        PickleInput input = new PickleInput(place, PICKLE);
        Unpickler.Pickle pickle = Unpickler.read(input);
        if (input.position() != place.size()) {
            throw input.damaged("the end of %s after its STOP".formatted(PICKLE), "more bytes");
        }
        return pickle;
    }

    /**
     * Returns an entry's bytes. Those of an uncompressed entry lie in the file itself and can be
     * mapped.
     */
    private Storages.Stored stored(ZipArchive.Entry entry) {
        return entry.isDeflated()
                ? new Storages.Stored(
                        archive.bytes(entry), 0, entry.size(), ByteOrder.LITTLE_ENDIAN, true)
                : Storages.Stored.plain(file, entry.dataOffset(), entry.size());
    }

    private List<String> names() {
        return archive.entries().stream().map(ZipArchive.Entry::name).toList();
    }

    /** Returns the folder that contains all entries, with a trailing slash. */
    private String root() throws WeightFileException {
        List<String> pickles =
                names().stream()
                        .filter(name -> name.indexOf('/') == name.length() - PICKLE.length() - 1)
                        .filter(name -> name.endsWith("/" + PICKLE))
                        .toList();
        if (pickles.size() != 1) {
            throw file.problem(
                    null,
                    "one folder with " + PICKLE,
                    pickles.isEmpty() ? some(names()) : some(pickles),
                    "name the file that torch.save wrote; if it is inside this one, unpack it");
        }
        return pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
    }

    private static String some(Collection<String> names) {
        return names.isEmpty()
                ? "nothing"
                : names.stream()
                        .limit(NAMES_SHOWN)
                        .map(Quoted::of)
                        .collect(Collectors.joining(", "));
    }

    private void requireNoProgram() throws WeightFileException {
        boolean isProgram =
                names().stream()
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

    /** PyTorch before 2.1 does not record the byte order; almost all machines are little-endian. */
    private ByteOrder byteOrder() throws WeightFileException {
        String name = root + "byteorder";
        Optional<ZipArchive.Entry> entry = archive.find(name);
        if (entry.isEmpty()) {
            return ByteOrder.LITTLE_ENDIAN;
        }
        Storages.Stored stored = stored(entry.get());
        byte[] text = new byte[(int) Math.min(stored.size(), MAX_BYTE_ORDER_LENGTH)];
        stored.source().read(null, stored.offset(), ByteBuffer.wrap(text));
        String found = new String(text, StandardCharsets.ISO_8859_1);
        return switch (found) {
            case "little" -> ByteOrder.LITTLE_ENDIAN;
            case "big" -> ByteOrder.BIG_ENDIAN;
            default ->
                    throw file.problem(
                            null,
                            "little or big in entry %s".formatted(Quoted.of(name)),
                            Quoted.of(found),
                            FileBytes.DAMAGED);
        };
    }
}
