package io.github.trawl.sweep.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class UnitKeyTest {
  @Test
  void isTheDigestOfTypedAndCountedValues() throws NoSuchAlgorithmException {
    byte[] bytes =
        HexFormat.of()
            .parseHex(
                "73"
                    + "00000005"
                    + hex("solve") // the kind
                    + "00000002" // values
                    + "73"
                    + "00000005"
                    + hex("model")
                    + "73"
                    + "00000002"
                    + hex("é")
                    + "73"
                    + "00000004"
                    + hex("rank")
                    + "69"
                    + "000000000000000a");

    assertThat(UnitKey.builder("solve").with("rank", 10).with("model", "é").build().hex())
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
  }

  @Test
  void doesNotDependOnTheOrderOfItsNames() {
    assertThat(UnitKey.builder("a").with("x", 1).with("y", true).build())
        .isEqualTo(UnitKey.builder("a").with("y", true).with("x", 1).build());
  }

  @Test
  void differsWhereAnythingDiffers() {
    List<UnitKey.Builder> all =
        List.of(
            UnitKey.builder("a"),
            UnitKey.builder("b"),
            UnitKey.builder("a").with("x", ""),
            UnitKey.builder("a").with("", "x"),
            UnitKey.builder("a").with("x", 3),
            UnitKey.builder("a").with("x", 3.0),
            UnitKey.builder("a").with("x", "3"),
            UnitKey.builder("a").with("x", List.of(3)),
            UnitKey.builder("a").with("x", List.of(3, 3)),
            UnitKey.builder("a").with("x", List.of(List.of(3), 3)),
            UnitKey.builder("a").with("x", List.of(List.of(3, 3))),
            UnitKey.builder("a").with("x", true),
            UnitKey.builder("a").with("x", "true"),
            UnitKey.builder("a").with("x", 0.0),
            UnitKey.builder("a").with("x", -0.0),
            UnitKey.builder("a").with("x", "1").with("y", "2"),
            UnitKey.builder("a").with("x", "12").with("y", ""),
            UnitKey.builder("a").with("xy", "12"));

    assertThat(all.stream().map(UnitKey.Builder::build).distinct()).hasSize(all.size());
  }

  /** Values of few letters, so that what one says is often a part of what another says. */
  @Property
  boolean hashesDifferentBytesForDifferentValues(
      @ForAll("named") Map<String, Object> one, @ForAll("named") Map<String, Object> other) {
    return one.equals(other) == Arrays.equals(bytes(one), bytes(other));
  }

  @Provide
  Arbitrary<Map<String, Object>> named() {
    Arbitrary<String> text = Arbitraries.strings().withChars('s', 'i', '\0', '\1').ofMaxLength(2);
    Arbitrary<Object> value =
        Arbitraries.lazyOf(
            () -> text.map(string -> string),
            () -> Arbitraries.longs().between(0, 1).map(number -> number),
            () -> Arbitraries.of(0.0, 1.0).map(number -> number),
            () -> Arbitraries.of(true, false).map(truth -> truth),
            () -> text.list().ofMaxSize(2).map(list -> list));
    return Arbitraries.maps(text, value).ofMaxSize(2);
  }

  @Test
  void refusesWhatItCannotTellApart() {
    assertThatThrownBy(() -> UnitKey.builder("a").with("x", 1).with("x", 1))
        .hasMessage("x is there already");
    assertThatThrownBy(() -> UnitKey.builder("a").with("x", "\ud800"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no Unicode");
    assertThatThrownBy(() -> UnitKey.builder("a").with("x", new ArrayList<>(List.of('c'))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new UnitKey("A".repeat(64)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> UnitKey.builder("two words"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] bytes(Map<String, Object> values) {
    UnitKey.Builder builder = UnitKey.builder("kind");
    new HashMap<>(values).forEach((name, value) -> add(builder, name, value));
    return builder.bytes();
  }

  private static void add(UnitKey.Builder builder, String name, Object value) {
    if (value instanceof String text) {
      builder.with(name, text);
    } else if (value instanceof Long number) {
      builder.with(name, number);
    } else if (value instanceof Double number) {
      builder.with(name, number);
    } else if (value instanceof Boolean truth) {
      builder.with(name, truth);
    } else {
      builder.with(name, (List<?>) value);
    }
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
  }
}
