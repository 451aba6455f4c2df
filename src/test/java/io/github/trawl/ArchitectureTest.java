package io.github.trawl;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.github.trawl.checkpoint.Problems;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Which package may use which. */
@AnalyzeClasses(packages = ArchitectureTest.ROOT, importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  static final String ROOT = "io.github.trawl";

  private static final Set<String> JAVA_WHITE_SPACE =
      Set.of("strip", "stripLeading", "stripTrailing", "trim", "isBlank", "stripIndent");

  @ArchTest
  static final ArchRule SPARK_STAYS_IN_THE_JOBS =
      noClasses()
          .that()
          .resideInAnyPackage(
              packages(
                  "checkpoint",
                  "convert",
                  "architecture",
                  "plan",
                  "linalg",
                  "tensor",
                  "decomposition",
                  "factors",
                  "sweep.ledger",
                  "sweep.parquet",
                  "sweep.tables",
                  "sweep.statistics",
                  "evaluation.natives",
                  "evaluation.model",
                  "yaml",
                  "evaluation.template",
                  "evaluation.text",
                  "evaluation.task",
                  "sweep.report",
                  "sweep.card",
                  "sweep.mlflow"))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark..", "scala..")
          .because("these packages are usable, and tested, without a cluster");

  @ArchTest static final ArchRule CHECKPOINT = mayUse("checkpoint");
  @ArchTest static final ArchRule CONVERT = mayUse("convert", "checkpoint");
  @ArchTest static final ArchRule ARCHITECTURE = mayUse("architecture", "checkpoint");

  @ArchTest
  static final ArchRule PLAN =
      mayUse("plan", "architecture", "checkpoint", "decomposition", "tensor", "linalg");

  @ArchTest static final ArchRule LINALG = mayUse("linalg");
  @ArchTest static final ArchRule TENSOR = mayUse("tensor", "linalg");
  @ArchTest static final ArchRule DECOMPOSITION = mayUse("decomposition", "tensor", "linalg");

  @ArchTest static final ArchRule SPARK = mayUse("spark", "linalg");

  @ArchTest
  static final ArchRule DISTRIBUTED =
      mayUse("distributed", "spark", "decomposition", "tensor", "linalg");

  @ArchTest
  static final ArchRule FACTORS =
      mayUse("factors", "tensor", "linalg", "architecture", "checkpoint");

  @ArchTest
  static final ArchRule SOLVE =
      mayUse(
          "solve",
          "factors",
          "distributed",
          "spark",
          "plan",
          "architecture",
          "checkpoint",
          "decomposition",
          "tensor",
          "linalg");

  @ArchTest
  static final ArchRule ML =
      mayUse(
          "ml",
          "solve",
          "factors",
          "distributed",
          "spark",
          "checkpoint",
          "decomposition",
          "tensor",
          "linalg");

  @ArchTest
  static final ArchRule ONLY_THE_COMMAND_LINE_MAY_USE_ML =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + ".ml..", ROOT + ".cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(packages("ml"))
          .because("it is for users, who call it");

  @ArchTest
  static final ArchRule NO_JOB_TAKES_PARTS_OF_DENOISE =
      noClasses()
          .that()
          .resideInAnyPackage(packages("evaluation", "sweep", "ml"))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(packages("denoise"))
          .because("what jobs share stands in solve, factors, spark and the root");

  @ArchTest
  static final ArchRule FORWARD_PASS =
      mayUse("evaluation.model", "checkpoint", "linalg", "evaluation.natives");

  @ArchTest static final ArchRule LEDGER = mayUse("sweep.ledger", "sweep.parquet", "checkpoint");

  @ArchTest static final ArchRule PARQUET = mayUse("sweep.parquet");

  @ArchTest static final ArchRule TABLES = mayUse("sweep.tables", "sweep.parquet", "checkpoint");

  @ArchTest static final ArchRule REPORT = mayUse("sweep.report");
  @ArchTest static final ArchRule CARD = mayUse("sweep.card", "yaml");
  @ArchTest static final ArchRule MLFLOW = mayUse("sweep.mlflow");
  @ArchTest static final ArchRule STATISTICS = mayUse("sweep.statistics");
  @ArchTest static final ArchRule YAML = mayUse("yaml");
  @ArchTest static final ArchRule NATIVES = mayUse("evaluation.natives", "linalg");
  @ArchTest static final ArchRule TEMPLATE = mayUse("evaluation.template");

  @ArchTest
  static final ArchRule TEXT = mayUse("evaluation.text", "checkpoint", "evaluation.natives");

  @ArchTest
  static final ArchRule TASK =
      mayUse(
          "evaluation.task",
          "evaluation.model",
          "evaluation.template",
          "evaluation.text",
          "checkpoint",
          "yaml");

  @ArchTest
  static final ArchRule NOTHING_USES_THE_COMMAND_LINE =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(packages("cli"));

  @ArchTest
  static final ArchRule NOTHING_USES_NOTEBOOKS =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".notebook..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(packages("notebook"));

  @ArchTest
  static final ArchRule NOTEBOOK =
      mayUse(
          "notebook",
          "sweep",
          "factors",
          "solve",
          "spark",
          "plan",
          "architecture",
          "checkpoint",
          "decomposition",
          "tensor",
          "linalg");

  @ArchTest
  static final ArchRule NO_CYCLES = slices().matching(ROOT + ".(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule ONLY_THE_COMMAND_LINE_PRINTS =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".cli..")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  @ArchTest
  static final ArchRule PROGRESS_BARS_AND_FLAGS_STAY_IN_THE_COMMAND_LINE =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("picocli..", "me.tongfei..");

  @ArchTest
  static final ArchRule YAML_IS_READ_IN_ONE_PLACE =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".yaml..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.yaml..");

  /** What a storage says may have many lines, as Hadoop's remote errors do with their traces. */
  @ArchTest
  static final ArchRule WHAT_A_STORAGE_SAYS_IS_MADE_ONE_LINE =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(Problems.class.getName())
          .and()
          // The first quotes what it says, the other is about HTTP.
          .resideOutsideOfPackages(packages("convert", "sweep.mlflow"))
          .should()
          .callMethodWhere(
              DescribedPredicate.describe(
                  "getMessage of an IOException",
                  call ->
                      call.getName().equals("getMessage")
                          && call.getTargetOwner().isAssignableTo(IOException.class)));

  /** Texts are compared as lm-evaluation-harness does, with Python's white space. */
  @ArchTest
  static final ArchRule WHITE_SPACE_IS_PYTHONS =
      noClasses()
          .that()
          .resideInAnyPackage(packages("evaluation.task", "evaluation.template", "evaluation.text"))
          .should()
          .callMethodWhere(
              DescribedPredicate.describe(
                  "a method with Java's white space",
                  call ->
                      (call.getTargetOwner().isEquivalentTo(String.class)
                              && JAVA_WHITE_SPACE.contains(call.getName()))
                          || (call.getTargetOwner().isEquivalentTo(Character.class)
                              && Set.of("isWhitespace", "isSpaceChar").contains(call.getName()))));

  /** Of our packages, {@code name} uses only itself, the errors of the root, and {@code others}. */
  private static ArchRule mayUse(String name, String... others) {
    List<String> allowed = new ArrayList<>(List.of(packages(others)));
    allowed.addAll(List.of(packages(name)));
    allowed.add(ROOT);
    return classes()
        .that()
        .resideInAPackage(ROOT + "." + name + "..")
        .should()
        .onlyDependOnClassesThat(
            DescribedPredicate.or(
                resideInAnyPackage(allowed.toArray(String[]::new)),
                resideOutsideOfPackage(ROOT + "..")));
  }

  private static String[] packages(String... names) {
    return Arrays.stream(names).map(name -> ROOT + "." + name + "..").toArray(String[]::new);
  }
}
