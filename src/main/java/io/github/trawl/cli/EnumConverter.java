package io.github.trawl.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/** Parses a constant of an enum in upper or lower case; errors list the constants in lower case. */
record EnumConverter<E extends Enum<E>>(List<E> values) implements ITypeConverter<E> {
  /** Registers a converter for each enum that is the type of an option of a subcommand. */
  static void register(CommandLine commands) {
    for (CommandLine command : commands.getSubcommands().values()) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        if (option.type().isEnum()) {
          register(command, option.type());
        }
      }
    }
  }

  @Override
  public E convert(String text) {
    return values.stream()
        .filter(value -> name(value).equals(text.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    values.stream()
                            .map(EnumConverter::name)
                            .collect(Collectors.joining(", ", "expected one of ", ""))
                        + " but was '"
                        + text
                        + "'"));
  }

  @SuppressWarnings("unchecked") // The constants of an enum class are of that class.
  private static <E extends Enum<E>> void register(CommandLine command, Class<?> type) {
    Class<E> kind = (Class<E>) type;
    command.registerConverter(kind, new EnumConverter<>(Arrays.asList(kind.getEnumConstants())));
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
