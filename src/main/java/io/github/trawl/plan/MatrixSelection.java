package io.github.trawl.plan;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.architecture.MatrixRole;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A parsed selection of matrices, {@code fc|qkvo|comma list of roles}: which matrices of a layer
 * are stacked, in which order, and which of them transposed.
 */
final class MatrixSelection {
  private static final String FC = "fc";
  private static final String QKVO = "qkvo";

  private final String text;

  private MatrixSelection(String text) {
    this.text = text;
  }

  /** Parses a selection and refuses a text that does not follow the grammar. */
  static MatrixSelection parse(String text) {
    MatrixSelection selection = new MatrixSelection(text.replace(" ", "").toLowerCase(Locale.ROOT));
    if (!selection.isFc() && !selection.isQkvo()) {
      selection.listedRoles(text);
    }
    return selection;
  }

  /** The name of the selection in the names of stacks. */
  String label() {
    return text.replace(',', '-');
  }

  boolean isFc() {
    return text.equals(FC);
  }

  private boolean isQkvo() {
    return text.equals(QKVO);
  }

  /**
   * The roles to stack, in order: for {@code fc} gate if the model has it, up and down; for {@code
   * qkvo} the architecture's order; for a list the order of the list.
   */
  List<MatrixRole> roles(Set<MatrixRole> available, List<MatrixRole> attentionOrder) {
    List<MatrixRole> roles;
    if (isQkvo()) {
      roles = attentionOrder;
    } else if (isFc()) {
      roles =
          available.contains(MatrixRole.GATE)
              ? List.of(MatrixRole.GATE, MatrixRole.UP, MatrixRole.DOWN)
              : List.of(MatrixRole.UP, MatrixRole.DOWN);
    } else {
      roles = listedRoles(text);
    }
    for (MatrixRole role : roles) {
      if (!available.contains(role)) {
        throw error(
            text, "asks for %s, but the model has %s".formatted(key(role), keys(available)));
      }
    }
    return roles;
  }

  /**
   * Whether {@code role} is transposed in the stack. The fully connected matrices are brought to
   * one shape as the TRAWL paper does: {@code [hidden, inner]} by transposing the first of two,
   * {@code [inner, hidden]} by transposing the last of three. Nothing else is transposed.
   */
  boolean isTransposed(MatrixRole role, Set<MatrixRole> available) {
    return isFc()
        && role == (available.contains(MatrixRole.GATE) ? MatrixRole.DOWN : MatrixRole.UP);
  }

  private List<MatrixRole> listedRoles(String original) {
    List<MatrixRole> roles = new ArrayList<>();
    for (String name : original.replace(" ", "").split(",", -1)) {
      MatrixRole role =
          Arrays.stream(MatrixRole.values())
              .filter(known -> key(known).equals(name.toLowerCase(Locale.ROOT)))
              .findFirst()
              .orElseThrow(
                  () ->
                      error(
                          original,
                          "has \"%s\"; allowed are fc, qkvo, or a comma-separated list of %s"
                              .formatted(name, keys(Arrays.asList(MatrixRole.values())))));
      if (roles.contains(role)) {
        throw error(original, "has %s twice".formatted(key(role)));
      }
      roles.add(role);
    }
    return roles;
  }

  /** Whether this is a list of roles that are all among those that {@code fc} stands for. */
  boolean isFcSubset() {
    return !isFc()
        && !isQkvo()
        && Set.of(MatrixRole.GATE, MatrixRole.UP, MatrixRole.DOWN).containsAll(listedRoles(text));
  }

  /** The name of {@code role} in flags and the names of stacks. */
  static String key(MatrixRole role) {
    return role.name().toLowerCase(Locale.ROOT);
  }

  private static String keys(Collection<MatrixRole> roles) {
    return roles.stream().map(MatrixSelection::key).collect(Collectors.joining(", "));
  }

  private static TrawlException error(String text, String problem) {
    return new TrawlException(ErrorCategory.USAGE, "matrices \"%s\" %s".formatted(text, problem));
  }
}
