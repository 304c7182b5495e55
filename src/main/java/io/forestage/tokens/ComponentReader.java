package io.forestage.tokens;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads a tokenizer.json's normalizer, pre-tokenizer and decoder, and refuses unknown kinds. */
final class ComponentReader {

    private static final String SEQUENCE = "Sequence";

    private final StrictJson json;

    ComponentReader(StrictJson json) {
        this.json = json;
    }

    /**
     * Reads a component; a sequence gives its parts, null gives none.
     *
     * @param partsName the member in which a sequence keeps its parts
     * @param allowed the kinds that may be there
     */
    List<Component> read(String partsName, Set<ComponentKind> allowed) throws IOException {
        ComponentText text = ComponentText.read(json, partsName);
        if (text == null) {
            return List.of();
        }
        if (!text.type().equals(SEQUENCE)) {
            return List.of(component(text, allowed, ", null or a Sequence of them"));
        }
        List<Component> components = new ArrayList<>();
        Set<ComponentKind> seen = EnumSet.noneOf(ComponentKind.class);
        for (ComponentText part : text.parts()) {
            Component component = component(part, allowed, "");
            if (!seen.add(component.kind())) {
                throw json.notAllowed(part.path(), "each kind once", part.type() + " again");
            }
            components.add(component);
        }
        return components;
    }

    /** Reads the decoder: whether there is one, which is then the byte-level one. */
    boolean readDecoder() throws IOException {
        ComponentText text = ComponentText.read(json, "decoders");
        if (text != null && !text.type().equals(ComponentKind.BYTE_LEVEL.spelling())) {
            throw json.notAllowed(text.path() + ".type", "ByteLevel or null", text.type());
        }
        return text != null;
    }

    private Component component(ComponentText text, Set<ComponentKind> allowed, String orElse)
            throws TokenizerFileException {
        ComponentKind kind =
                ComponentKind.of(text.type())
                        .filter(allowed::contains)
                        .orElseThrow(
                                () ->
                                        json.notAllowed(
                                                text.path() + ".type",
                                                "one of "
                                                        + String.join(
                                                                ", ",
                                                                ComponentKind.spellings(allowed))
                                                        + orElse,
                                                text.type()));
        Map<String, Boolean> settings = new HashMap<>(kind.defaults());
        for (String name : kind.required()) {
            settings.put(name, text.flag(name, json));
        }
        for (String name : kind.defaults().keySet()) {
            if (text.settings().containsKey(name)) {
                settings.put(name, text.flag(name, json));
            }
        }
        return new Component(kind, settings);
    }
}
