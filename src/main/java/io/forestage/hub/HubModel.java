package io.forestage.hub;

import io.forestage.support.Quoted;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A model on the hub at one revision.
 *
 * @param name the owner and the name, such as {@code openai-community/gpt2}
 * @param revision a branch, a tag, a commit or a reference such as {@code refs/pr/1}
 */
public record HubModel(String name, String revision) {

    /** The revision used when none is named. */
    public static final String DEFAULT_REVISION = "main";

    /** Names from before the hub had owners. */
    private static final Map<String, String> SHORT_NAMES =
            Map.of(
                    "gpt2", "openai-community/gpt2",
                    "gpt2-medium", "openai-community/gpt2-medium",
                    "gpt2-large", "openai-community/gpt2-large",
                    "gpt2-xl", "openai-community/gpt2-xl",
                    "distilgpt2", "distilbert/distilgpt2");

    private static final String PART = "[A-Za-z0-9_]([A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?";
    private static final Pattern NAME = Pattern.compile(PART + "/" + PART);
    private static final Pattern REVISION = Pattern.compile(PART + "(/" + PART + "){0,7}");

    /**
     * Checks name and revision, which become parts of a URL.
     *
     * @throws IllegalArgumentException if the hub would not allow one of the two
     */
    public HubModel {
        if (!NAME.matcher(name).matches() || name.contains("..") || name.contains("--")) {
            throw refused(
                    "a model name: gpt2, gpt2-medium, gpt2-large, gpt2-xl, distilgpt2 or"
                            + " OWNER/NAME",
                    name);
        }
        if (!REVISION.matcher(revision).matches() || revision.contains("..")) {
            throw refused("a revision: a branch, a tag or a commit", revision);
        }
    }

    /**
     * Parses a model's name as users type it.
     *
     * @param text {@code gpt2}, {@code gpt2-medium}, {@code gpt2-large}, {@code gpt2-xl}, {@code
     *     distilgpt2} or {@code OWNER/NAME}, each with or without {@code @REVISION}
     * @return the model
     * @throws IllegalArgumentException if the text has another form
     */
    public static HubModel parse(String text) {
        int at = text.indexOf('@');
        String name = at < 0 ? text : text.substring(0, at);
        String revision = at < 0 ? DEFAULT_REVISION : text.substring(at + 1);
        return new HubModel(SHORT_NAMES.getOrDefault(name, name), revision);
    }

    /**
     * Returns the same model at another revision.
     *
     * @param other a branch, a tag, a commit or a reference
     * @return the model at that revision
     * @throws IllegalArgumentException if the hub would not allow that revision
     */
    public HubModel at(String other) {
        return new HubModel(name, other);
    }

    /**
     * Returns the model as users type it: {@code OWNER/NAME@REVISION}, without the default
     * revision.
     */
    @Override
    public String toString() {
        return revision.equals(DEFAULT_REVISION) ? name : name + "@" + revision;
    }

    private static IllegalArgumentException refused(String expected, String found) {
        return new IllegalArgumentException(
                HubException.line(
                        Quoted.of(found), expected, "another form", "check the spelling"));
    }
}
