package io.github.trawl.cluster;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Spark's own cluster: a master and two workers, in processes and on addresses of their own. */
final class StandaloneCluster extends Cluster {
  private static final Pattern ADDRESS = Pattern.compile("spark://127\\.0\\.0\\.1:[1-9]\\d*");

  private final List<Process> processes = new ArrayList<>();
  private final String master;

  StandaloneCluster(Path folder) throws IOException, InterruptedException {
    super(folder);
    Path log = folder.resolve("master");
    processes.add(
        spark.start(
            log,
            environment(),
            "org.apache.spark.deploy.master.Master",
            List.of("-h", "127.0.0.1", "-p", "0", "--webui-port", "0")));
    master = await(log, ADDRESS);
    for (int i = 1; i <= 2; i++) {
      String host = "127.0.0." + i;
      Path worker = folder.resolve("worker" + i);
      processes.add(
          spark.start(
              worker,
              Map.of("SPARK_LOCAL_IP", host),
              "org.apache.spark.deploy.worker.Worker",
              // Two cores: one for a driver, which is held until its run has ended.
              List.of(
                  "-h",
                  host,
                  "-c",
                  "2",
                  "-m",
                  "3g",
                  "-d",
                  logs() + "/" + i,
                  "--webui-port",
                  "0",
                  master)));
      await(worker, Pattern.compile("Successfully registered with master"));
    }
  }

  @Override
  List<String> options(String mode) {
    List<String> options = new ArrayList<>(List.of("--master", master));
    options.addAll(List.of("--conf", "spark.executor.cores=1", "--driver-memory", "512m"));
    if (mode.equals("cluster")) {
      // As jobs/trawl does.
      String opens =
          ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
              .filter(argument -> argument.startsWith("--add-opens"))
              .collect(Collectors.joining(" "));
      options.addAll(List.of("--driver-java-options", opens));
      options.addAll(List.of("--conf", "spark.standalone.submit.waitAppCompletion=true"));
    }
    return options;
  }

  @Override
  Map<String, String> environment() {
    return Map.of("SPARK_LOCAL_IP", "127.0.0.1");
  }

  @Override
  Path logs() {
    return folder.resolve("work");
  }

  @Override
  public void close() {
    processes.forEach(Process::destroy);
  }

  private String await(Path log, Pattern words) throws IOException, InterruptedException {
    for (int i = 0; i < 1200; i++) {
      Matcher found = words.matcher(Files.readString(log));
      if (found.find()) {
        return found.group();
      }
      Thread.sleep(100);
    }
    close();
    throw new IllegalStateException(log + " does not say " + words + ": " + Files.readString(log));
  }
}
