package io.forestage.pipeline;

import ai.djl.Application;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeMap;

/** Loads models that are not Forestage's, and prints what came of each place. */
final class OtherModelsProcess {

    private OtherModelsProcess() {}

    public static void main(String[] places) {
        for (String place : places) {
            System.out.println(place + ": " + outcome(place));
        }
    }

    /** All that a user could tell one loaded model from another by. */
    private static String outcome(String place) {
        Criteria.Builder<NDList, NDList> criteria =
                Criteria.builder().setTypes(NDList.class, NDList.class).optEngine("PyTorch");
        if (place.contains(":")) {
            criteria.optModelUrls(place);
        } else {
            criteria.optModelPath(Path.of(place));
        }
        try (ZooModel<NDList, NDList> model =
                        criteria.optApplication(Application.UNDEFINED)
                                .optModelName("classifier")
                                .build()
                                .loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList result =
                    predictor.predict(
                            new NDList(
                                    manager.ones(new Shape(1, 2, 3)),
                                    manager.create(new long[][] {{1, 1}}),
                                    manager.create(new long[][] {{0, 1}})));
            return "%s in %s with %s and %s: %s"
                    .formatted(
                            model.getName(),
                            model.getModelPath().getFileName(),
                            new TreeMap<>(model.getProperties()),
                            model.getTranslator().getClass().getName(),
                            Arrays.toString(result.singletonOrThrow().toFloatArray()));
        } catch (ModelNotFoundException e) {
            return e + " because of " + e.getCause();
        } catch (Exception e) {
            return e.toString();
        }
    }
}
