package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.text.TextTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** A token for each character, 1 for the begin of a text, 2 for its end, 3 for a mask. */
final class LetterTokenizer implements TextTokenizer {
  static final int BEGIN = 1;
  static final int END = 2;
  static final int MASK = 3;

  private final boolean around;

  /** With {@code around} special tokens stand at both ends of a text, as with BERT. */
  LetterTokenizer(boolean around) {
    this.around = around;
  }

  @Override
  public int[] encode(String text, boolean specialTokens) {
    List<Integer> tokens = new ArrayList<>();
    String[] pieces = text.split("<mask>", -1);
    for (int i = 0; i < pieces.length; i++) {
      if (i > 0) {
        tokens.add(MASK);
      }
      pieces[i].chars().forEach(tokens::add);
    }
    if (around && specialTokens) {
      tokens.add(0, BEGIN);
      tokens.add(END);
    }
    return tokens.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public String decode(int[] tokens) {
    return Arrays.stream(tokens)
        .filter(token -> token > MASK)
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }

  @Override
  public OptionalInt maskToken() {
    return OptionalInt.of(MASK);
  }

  @Override
  public String maskText() {
    return "<mask>";
  }

  @Override
  public OptionalInt prefixToken() {
    return OptionalInt.of(BEGIN);
  }

  @Override
  public OptionalInt beginToken() {
    return OptionalInt.of(BEGIN);
  }

  @Override
  public String tokenText(int token) {
    return token == BEGIN ? "<begin>" : Character.toString(token);
  }

  @Override
  public Set<Integer> endTokens() {
    return Set.of(END);
  }

  @Override
  public Optional<String> endText() {
    return Optional.of("<end>");
  }

  @Override
  public Set<Integer> stopTokens(List<String> texts) {
    return endTokens();
  }

  @Override
  public void close() {}
}
