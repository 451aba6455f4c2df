package io.github.trawl.cli;

import io.github.trawl.decomposition.DecompositionMethod;
import io.github.trawl.decomposition.DecompositionMethods;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses the key of a decomposition method, in upper or lower case. */
final class MethodConverter implements ITypeConverter<DecompositionMethod> {
  @Override
  public DecompositionMethod convert(String text) {
    return DecompositionMethods.find(text)
        .orElseThrow(
            () ->
                new TypeConversionException(
                    DecompositionMethods.ALL.stream()
                            .map(DecompositionMethod::key)
                            .collect(Collectors.joining(", ", "expected one of ", ""))
                        + " but was '"
                        + text
                        + "'"));
  }
}
