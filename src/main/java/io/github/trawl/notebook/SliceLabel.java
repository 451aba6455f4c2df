package io.github.trawl.notebook;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of a slice's label in a factor file. Layer, role and tensor are null if the label does
 * not have the form that Trawl writes.
 *
 * @param label such as {@code layer 11 UP (h.11.mlp.c_fc.weight)T}
 * @param layer in this example 11
 * @param role in this example {@code up}
 * @param tensor in this example {@code h.11.mlp.c_fc.weight}
 * @param transposed whether the label ends in T: the slice is inputs × outputs, not outputs ×
 *     inputs
 */
record SliceLabel(String label, Integer layer, String role, String tensor, boolean transposed) {
  private static final Pattern FORM = Pattern.compile("layer (\\d{1,6}) (\\w+) \\((.*)\\)(T?)");

  static SliceLabel parse(String label) {
    Matcher form = FORM.matcher(label);
    return form.matches()
        ? new SliceLabel(
            label,
            Integer.valueOf(form.group(1)),
            form.group(2).toLowerCase(Locale.ROOT),
            form.group(3),
            !form.group(4).isEmpty())
        : new SliceLabel(label, null, null, null, false);
  }
}
