package io.github.trawl.notebook;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a label of a slice in a factor file says; nulls where it is none of Trawl's.
 *
 * @param label such as {@code layer 11 UP (h.11.mlp.c_fc.weight)T}
 * @param layer 11
 * @param role {@code up}
 * @param tensor {@code h.11.mlp.c_fc.weight}
 * @param transposed whether the slice is the transpose of outputs × inputs
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
