package io.forestage.weights;

/** The element types as which a table can be written. */
public enum StoredType {
    /** The source's type. */
    KEEP,
    /** IEEE 754 binary32. */
    FLOAT32,
    /** IEEE 754 binary16: half the size, about three decimal digits. */
    FLOAT16;

    /**
     * Returns the type to write for a source's type.
     *
     * @param source the type of the source's elements
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
