package io.forestage.weights.numpy;

/** What the readers and the writers of {@code .npy} and {@code .npz} have to agree on. */
final class NpyFormat {

    static final String DESCRIPTION = "descr";
    static final String FORTRAN_ORDER = "fortran_order";
    static final String SHAPE = "shape";

    /** What a file of one array, and its entry in a zip, have after the tensor's name. */
    static final String SUFFIX = ".npy";

    private NpyFormat() {}

    /** The tensor's name in the name of its file or entry. */
    static String tensorName(String name) {
        return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    }
}
