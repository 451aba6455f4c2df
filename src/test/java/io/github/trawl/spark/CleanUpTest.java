package io.github.trawl.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CleanUpTest {
  @Test
  void aStepThatFailsIsNotTheEnd() {
    List<String> done = new ArrayList<>();
    assertThatCode(
            () -> {
              CleanUp.run("free one", () -> fail(new IllegalStateException("no")));
              CleanUp.run("free another", () -> done.add("another"));
            })
        .doesNotThrowAnyException();
    assertThat(done).containsExactly("another");
  }

  /** As Spark's Scala code does. */
  @Test
  void aCheckedExceptionThatIsNotDeclaredIsOneOfThem() {
    assertThatCode(() -> CleanUp.run("free", () -> fail(new IOException("no"))))
        .doesNotThrowAnyException();
  }

  @Test
  void anErrorOfTheVirtualMachineGoesOn() {
    assertThatThrownBy(() -> CleanUp.run("free", () -> fail(new OutOfMemoryError("heap"))))
        .isInstanceOf(OutOfMemoryError.class);
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> void fail(Throwable failure) throws T {
    throw (T) failure;
  }
}
