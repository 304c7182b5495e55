package io.forestage.optim;

import java.util.List;

/**
 * What an optimiser remembers of a weight.
 *
 * @param kind what the state's file calls the optimiser
 * @param tables the names of the values, PyTorch's
 * @param initial what each is before its row is touched
 * @param keepsMoving whether a row whose value is not zero moves when nothing touches it
 */
record StateLayout(String kind, List<String> tables, float initial, boolean keepsMoving) {}
