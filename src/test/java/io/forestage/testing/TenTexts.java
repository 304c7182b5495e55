package io.forestage.testing;

import java.util.List;
import java.util.Map;

/** Ten texts that models/nano can tell apart, and questions with the nearest of them. */
public final class TenTexts {

    public static final List<String> TEXTS =
            List.of(
                    "a horse, a dog, an ox and a sheep",
                    "red, blue, green and yellow",
                    "music, song, melody and dance",
                    "the ship sailed over the ocean",
                    "the king and the queen of the country",
                    "mathematics, geometry and algebra",
                    "bread, meat, butter and wine",
                    "rain, snow, wind and storm",
                    "the judge and the court of law",
                    "the heart, the blood and the lungs");

    /** A question's nearest text, by its index. */
    public static final Map<String, Integer> QUESTIONS =
            Map.of(
                    "a cow and a goat", 0,
                    "purple and white", 1,
                    "a tune of the orchestra", 2,
                    "a boat on the sea", 3,
                    "a prince", 4,
                    "cheese and milk", 6,
                    "thunder and hail", 7);

    private TenTexts() {}
}
