package io.github.trawl.evaluation.task;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.Storage;
import io.github.trawl.evaluation.template.PythonText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The tasks and groups that {@code --task} names, including the tasks of the groups. */
public final class TaskList {
  private final Configuration hadoop;
  private final Set<String> tasks = new LinkedHashSet<>();
  private final List<Group> groups = new ArrayList<>();

  /** The contents of task files, by location, so that each is read once. */
  private final Map<String, Map<?, ?>> contents = new HashMap<>();

  private sealed interface Item permits SingleTask, Group {}

  /** A task: the name of a built-in one, or the path of its file. */
  private record SingleTask(String location) implements Item {}

  /**
   * A group.
   *
   * @param file the content of its file
   * @param children the tasks and groups that it lists
   * @param tasks the locations of all its tasks, those of the groups in it included
   */
  private record Group(GroupFile file, List<Item> children, Set<String> tasks) implements Item {}

  private TaskList(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /**
   * Finds out which names are groups, and reads the files of those and of their members.
   *
   * @param names names of built-in tasks, or paths of task or group files
   * @throws TrawlException if a file can't be read, or a group is wrong
   */
  public static TaskList read(List<String> names, Configuration hadoop) {
    TaskList list = new TaskList(hadoop);
    for (String name : names) {
      addTasks(list.item(name, List.of()), list.tasks);
    }
    return list;
  }

  /** Adds the tasks of an item, none of which may be in {@code tasks}. */
  private static void addTasks(Item item, Set<String> tasks) {
    for (String task :
        item instanceof Group group ? group.tasks() : Set.of(((SingleTask) item).location())) {
      if (!tasks.add(task)) {
        throw new TrawlException(
            ErrorCategory.USAGE,
            "task " + task + " is named twice, by itself or by groups; name it once");
      }
    }
  }

  /** Returns the locations of all tasks: names of built-in ones, paths of the others. */
  public List<String> tasks() {
    return List.copyOf(tasks);
  }

  /**
   * Loads one of {@link #tasks}, as {@link Task#load} does.
   *
   * @throws TrawlException if the task is wrong, or its data can't be read
   */
  public Task load(String task, Optional<String> data, FewShotOptions fewShot) {
    return contents.containsKey(task)
        ? Task.of(task, contents.get(task), data, fewShot, hadoop)
        : Task.load(task, data, fewShot, hadoop);
  }

  /**
   * Returns the groups. Those that are in a group stand before it.
   *
   * @param definitions the definitions of all tasks, by their location in {@link #tasks}
   * @throws TrawlException of category USAGE if names are not unique, or a group averages a metric
   *     that none of its tasks has
   */
  public List<TaskGroup> groups(Map<String, TaskDefinition> definitions) {
    Set<String> names = new LinkedHashSet<>();
    definitions.values().forEach(task -> names.add(task.name()));
    List<TaskGroup> made = new ArrayList<>();
    for (Group group : groups) {
      if (!names.add(group.file().name())) {
        throw new TrawlException(
            ErrorCategory.USAGE,
            "two tasks or groups are named " + group.file().name() + "; rename one in its file");
      }
      for (GroupAverage average : group.file().averages()) {
        if (group.tasks().stream()
            .noneMatch(task -> definitions.get(task).metrics().contains(average.metric()))) {
          throw new TrawlException(
              ErrorCategory.USAGE,
              "group %s: no task of it has the metric %s of aggregate_metric_list"
                  .formatted(group.file().name(), average.metric().label()));
        }
      }
      made.add(
          new TaskGroup(
              group.file().name(),
              group.file().alias(),
              group.file().version(),
              group.children().stream()
                  .map(
                      child ->
                          child instanceof SingleTask member
                              ? definitions.get(member.location()).name()
                              : ((Group) child).file().name())
                  .toList(),
              group.tasks().stream().map(task -> definitions.get(task).name()).toList(),
              group.file().averages()));
    }
    return made;
  }

  /**
   * Reads the task or group of this name.
   *
   * @param around the files of the groups that contain it, from the outermost
   */
  private Item item(String name, List<String> around) {
    if (PythonText.isBlank(name) || Task.builtIn().contains(name)) {
      return new SingleTask(name);
    }
    Map<?, ?> content = Task.content(name, hadoop);
    if (!GroupFile.isGroup(content)) {
      contents.put(name, content);
      return new SingleTask(name);
    }
    if (around.contains(name)) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          "group file "
              + name
              + " contains itself; take it out of key 'task' of its own file or of a group in it");
    }
    List<String> outer = new ArrayList<>(around);
    outer.add(name);
    GroupFile file = GroupFile.parse(name, content);
    Group group = new Group(file, new ArrayList<>(), new LinkedHashSet<>());
    for (String member : file.members()) {
      Item child = item(Task.builtIn().contains(member) ? member : location(name, member), outer);
      group.children().add(child);
      addTasks(child, group.tasks());
    }
    groups.add(group);
    return group;
  }

  /**
   * Returns the path of a member, relative to the group's file; with {@code .yaml} appended if only
   * that file exists.
   */
  private String location(String groupFile, String member) {
    Path file = Task.resolveFile(groupFile, "task", member, hadoop);
    Path yaml = file.suffix(".yaml");
    try {
      return (!exists(file) && exists(yaml) ? yaml : file).toString();
    } catch (IOException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          file + ": can't be looked up (" + Problems.oneLine(e) + "); try again",
          e);
    }
  }

  private boolean exists(Path file) throws IOException {
    return Storage.open(file, hadoop).exists(file);
  }
}
