package io.github.trawl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.xbean.asm9.ClassReader;
import org.apache.xbean.asm9.ClassVisitor;
import org.apache.xbean.asm9.Handle;
import org.apache.xbean.asm9.Label;
import org.apache.xbean.asm9.MethodVisitor;
import org.apache.xbean.asm9.Opcodes;
import org.apache.xbean.asm9.Type;
import org.apache.xbean.asm9.commons.AnalyzerAdapter;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/**
 * Paths and URIs may hold a password, so that none becomes part of a text as it is: {@code
 * Problems.show} is for that. Found in the compiled classes, where the types of values are known.
 */
class ShownPathsTest {
  private static final int API = Opcodes.ASM9;

  private static final Set<String> SECRET =
      Set.of(
          Type.getInternalName(org.apache.hadoop.fs.Path.class), Type.getInternalName(URI.class));

  /**
   * The command line masks all that it prints and writes, and so what an evaluation throws; the
   * last makes no text, but calls a method by reflection.
   */
  private static final Set<String> EXEMPT =
      Set.of("io/github/trawl/cli/", "io/github/trawl/evaluation/", "checkpoint/PutPart");

  private final Set<String> found = new TreeSet<>();

  @Test
  void noTextHoldsAPathAsItIs() throws Exception {
    Path classes =
        Path.of(ErrorCategory.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(classes.resolve("io/github/trawl"))) {
      files.filter(file -> file.toString().endsWith(".class")).forEach(this::look);
    }
    assertThat(found).isEmpty();
  }

  @Test
  void findsWhatItLooksFor() throws Exception {
    Path classes =
        Path.of(ShownPathsTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    look(classes.resolve("io/github/trawl/ShownPathsTest$Leaks.class"));
    assertThat(found).as("the lines").hasSize(4);
  }

  /** A leak of each kind. */
  @SuppressWarnings("unused")
  private static final class Leaks {
    static void log(Logger log, org.apache.hadoop.fs.Path path) {
      log.warn("{} is gone", path);
    }

    static void logMore(Logger log, URI address) {
      log.warn("{} of {} is {}", 1, 2, address);
    }

    static String format(org.apache.hadoop.fs.Path path) {
      return "%s is gone".formatted(path);
    }

    static String join(org.apache.hadoop.fs.Path path) {
      return path + " is gone";
    }
  }

  private void look(Path file) {
    try {
      ClassReader reader = new ClassReader(Files.readAllBytes(file));
      boolean exempt = EXEMPT.stream().anyMatch(reader.getClassName()::contains);
      reader.accept(
          new ClassVisitor(API) {
            @Override
            public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] thrown) {
              return new Texts(reader.getClassName(), exempt, access, name, descriptor);
            }
          },
          ClassReader.EXPAND_FRAMES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Looks for paths among the values from which a method makes texts. */
  private final class Texts extends AnalyzerAdapter {
    private final String owner;
    private final boolean exempt;
    private int line;

    /**
     * Looks at a method.
     *
     * @param exempt whether only what is given to loggers is looked at, one or two values at a time
     */
    Texts(String owner, boolean exempt, int access, String name, String descriptor) {
      super(API, owner, access, name, descriptor, null);
      this.owner = owner;
      this.exempt = exempt;
    }

    @Override
    public void visitLineNumber(int number, Label start) {
      line = number;
      super.visitLineNumber(number, start);
    }

    /** {@code path + " is gone"}, as javac compiles it up to JDK 18. */
    @Override
    public void visitInvokeDynamicInsn(
        String name, String descriptor, Handle bootstrap, Object... arguments) {
      if (!exempt && bootstrap.getName().equals("makeConcatWithConstants")) {
        for (Type type : Type.getArgumentTypes(descriptor)) {
          check(type.getInternalName());
        }
      }
      super.visitInvokeDynamicInsn(name, descriptor, bootstrap, arguments);
    }

    /** The arguments of {@code formatted}, and of a logger from three on. */
    @Override
    public void visitInsn(int opcode) {
      if (!exempt
          && opcode == Opcodes.AASTORE
          && stack != null
          && "[Ljava/lang/Object;".equals(stack.get(stack.size() - 3))) {
        check(stack.get(stack.size() - 1));
      }
      super.visitInsn(opcode);
    }

    /** Up to two arguments of a logger, and values that become texts to be joined. */
    @Override
    public void visitMethodInsn(
        int opcode, String type, String name, String descriptor, boolean isInterface) {
      boolean makesText =
          type.equals(Type.getInternalName(Logger.class))
              || (!exempt
                  && (isCall(type, name, String.class, "valueOf")
                      || isCall(type, name, StringBuilder.class, "append")));
      if (makesText && stack != null) {
        int count = Type.getArgumentTypes(descriptor).length;
        stack.subList(stack.size() - count, stack.size()).forEach(this::check);
      }
      super.visitMethodInsn(opcode, type, name, descriptor, isInterface);
    }

    private static boolean isCall(String type, String name, Class<?> owner, String method) {
      return type.equals(Type.getInternalName(owner)) && name.equals(method);
    }

    private void check(Object type) {
      if (type instanceof String name && SECRET.contains(name)) {
        found.add(owner.replace('/', '.') + ":" + line);
      }
    }
  }
}
