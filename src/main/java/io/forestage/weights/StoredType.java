package io.forestage.weights;

/** The element types that a table can be written in. */
public enum StoredType {
    /** As the source has it. */
    KEEP,
    /** IEEE 754 binary32. */
    FLOAT32,
    /** IEEE 754 binary16: half the size, about three decimal digits. */
    FLOAT16;

    /**
     * Chooses the type of one table.
     *
     * @param source the type it has now
     * @return the type to write
     */
    public ElementType of(ElementType source) {
        return switch (this) {
            case KEEP -> source;
            case FLOAT32 -> ElementType.F32;
            case FLOAT16 -> ElementType.F16;
        };
    }
}
