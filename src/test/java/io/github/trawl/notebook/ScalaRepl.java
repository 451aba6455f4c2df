package io.github.trawl.notebook;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import scala.Console;
import scala.collection.immutable.List$;
import scala.tools.nsc.Settings;
import scala.tools.nsc.interpreter.IMain;
import scala.tools.nsc.interpreter.shell.ReplReporterImpl;

/** The Scala interpreter as Zeppelin sets it up: one whole paragraph is one piece of code. */
final class ScalaRepl implements AutoCloseable {
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final IMain interpreter;

  ScalaRepl() {
    Settings settings = new Settings();
    settings.processArgumentString("-Yrepl-class-based -deprecation:false");
    settings.classpath().value_$eq(classPath());
    interpreter =
        new IMain(
            settings,
            new ReplReporterImpl(settings, new PrintWriter(output, true, StandardCharsets.UTF_8)));
    interpreter.initializeCompiler();
  }

  /** Maven's class path, which its own jar of a manifest hides from the compiler. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** Lets the code use {@code value}. */
  void bind(String name, Object value) {
    String result =
        interpreter
            .bind(name, value.getClass().getCanonicalName(), value, List$.MODULE$.empty())
            .toString();
    if (!result.equals("Success")) {
      throw new IllegalStateException("cannot bind " + name + ": " + text());
    }
    output.reset();
  }

  /**
   * What became of a paragraph.
   *
   * @param result {@code Success}, {@code Error} or {@code Incomplete}
   * @param text what it printed
   */
  record Outcome(String result, String text) {}

  Outcome interpret(String code) {
    output.reset();
    String result = Console.withOut(output, () -> interpreter.interpret(code)).toString();
    return new Outcome(result, text());
  }

  private String text() {
    return output.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    interpreter.close();
  }
}
