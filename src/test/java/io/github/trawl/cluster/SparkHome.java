package io.github.trawl.cluster;

import io.github.trawl.cli.Main;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** A Spark distribution of the jars that this test run has, and a jar of the classes under test. */
final class SparkHome {
  private final Path home;
  private final Path jar;

  /** Links the jars below {@code target} and packs the classes into {@code folder}. */
  SparkHome(Path folder) throws IOException {
    // Not in a directory that JUnit removes: it warns of every link.
    home = Path.of("target", "cluster-spark").toAbsolutePath();
    Path jars = Files.createDirectories(home.resolve("jars"));
    try (Stream<Path> stale = Files.list(jars)) {
      for (Path link : stale.toList()) {
        Files.delete(link);
      }
    }
    List<String> classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator)).toList();
    for (String entry : classPath) {
      Path path = Path.of(entry).toAbsolutePath();
      Path link = jars.resolve(path.getFileName());
      // The mini cluster's copies of Hadoop's classes are for the cluster alone.
      if (entry.endsWith(".jar") && !entry.contains("minicluster") && !Files.exists(link)) {
        Files.createSymbolicLink(link, path);
      }
    }
    jar = pack(folder.resolve("trawl.jar"));
  }

  /** The jars, as Spark's settings name them for processes of this machine. */
  String jars() {
    return "local:" + home.resolve("jars") + "/*";
  }

  Path jar() {
    return jar;
  }

  /** A process of Spark's that writes to {@code log}, in a directory of its own. */
  Process start(Path log, Map<String, String> environment, String main, List<String> arguments)
      throws IOException {
    Path directory = Files.createDirectories(log.resolveSibling(log.getFileName() + ".d"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    // As Spark's launcher does: Hadoop's settings first.
    String conf = environment.getOrDefault("HADOOP_CONF_DIR", "");
    String classPath = (conf.isEmpty() ? "" : conf + ":") + home.resolve("jars") + "/*";
    command.addAll(List.of("-Xmx512m", "-cp", classPath, main));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static Path pack(Path jar) throws IOException {
    Path classes;
    try {
      classes = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> walk = Files.walk(classes)) {
      for (Path path : walk.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(path).toString()));
        Files.copy(path, out);
        out.closeEntry();
      }
    }
    return jar;
  }
}
