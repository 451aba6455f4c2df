package io.github.trawl.cli;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.yaml.UnknownKeys;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Turns configuration into arguments: the keys of the file named by {@code --config} become flags
 * before those of the user, and each {@code --set key=value} becomes a flag after them. A later
 * value replaces an earlier one, and a list replaces the whole list; only if the user repeats a
 * list flag do its values add up. Keys need no declaration besides the flags of the command.
 */
final class ConfigArguments {
  private static final Set<String> NOT_KEYS = Set.of("config", "set", "help", "version", "verbose");

  private ConfigArguments() {}

  /**
   * Returns the arguments with the configuration expanded.
   *
   * @throws TrawlException of category USAGE if the file is wrong, or a key of it or of {@code
   *     --set} is unknown
   */
  static String[] expand(String[] arguments, CommandLine commands) {
    if (arguments.length == 0 || !commands.getSubcommands().containsKey(arguments[0])) {
      return arguments;
    }
    CommandLine command = commands.getSubcommands().get(arguments[0]);
    Map<String, String> fromFile = new LinkedHashMap<>();
    List<String> fromUser = new ArrayList<>();
    Map<String, String> fromSet = new LinkedHashMap<>();
    for (int i = 1; i < arguments.length; i++) {
      String name = name(arguments[i]);
      if (!name.equals("--config") && !name.equals("--set")) {
        fromUser.add(arguments[i]);
        continue;
      }
      boolean attached = arguments[i].length() > name.length();
      if (!attached && i + 1 == arguments.length) {
        throw usage("missing value after " + name);
      }
      String value = attached ? arguments[i].substring(name.length() + 1) : arguments[++i];
      if (name.equals("--config")) {
        for (Map.Entry<String, String> entry : ConfigFile.read(value, arguments[0]).entrySet()) {
          String option = option(command, entry.getKey(), value).longestName();
          fromFile.put(option, entry.getValue());
        }
      } else {
        int equals = value.indexOf('=');
        if (equals < 1) {
          throw usage("--set takes key=value, not '" + value + "'");
        }
        OptionSpec option = option(command, value.substring(0, equals), "--set");
        fromSet.put(option.longestName(), value.substring(equals + 1));
      }
    }
    for (String name : fromSet.keySet()) {
      if (command.getCommandSpec().optionsMap().get(name).isMultiValue()) {
        removeList(fromUser, name);
      }
    }
    fromUser.forEach(argument -> fromFile.remove(name(argument)));
    fromFile.keySet().removeAll(fromSet.keySet());
    List<String> expanded = new ArrayList<>(List.of(arguments[0]));
    fromFile.forEach((name, value) -> expanded.add(name + "=" + value));
    expanded.addAll(fromUser);
    fromSet.forEach((name, value) -> expanded.add(name + "=" + value));
    return expanded.toArray(String[]::new);
  }

  private static String name(String argument) {
    int equals = argument.indexOf('=');
    return equals < 0 ? argument : argument.substring(0, equals);
  }

  /**
   * Removes a list flag from the user's flags. Otherwise picocli would add the values of {@code
   * --set} to those of the flag.
   */
  private static void removeList(List<String> arguments, String name) {
    for (int i = arguments.size() - 1; i >= 0; i--) {
      if (name(arguments.get(i)).equals(name)) {
        boolean attached = arguments.get(i).length() > name.length();
        arguments.subList(i, Math.min(arguments.size(), attached ? i + 1 : i + 2)).clear();
      }
    }
  }

  private static OptionSpec option(CommandLine command, String key, String source) {
    OptionSpec option = command.getCommandSpec().optionsMap().get("--" + key);
    if (option == null || NOT_KEYS.contains(key)) {
      Set<String> keys = new TreeSet<>();
      for (OptionSpec known : command.getCommandSpec().options()) {
        String name = known.longestName().replaceFirst("^--", "");
        if (!NOT_KEYS.contains(name)) {
          keys.add(name);
        }
      }
      throw usage(
          "%s: unknown key '%s' for %s; %s"
              .formatted(source, key, command.getCommandName(), UnknownKeys.hint(key, keys)));
    }
    return option;
  }

  private static TrawlException usage(String message) {
    return new TrawlException(ErrorCategory.USAGE, message);
  }
}
