package dev.redstart.house;

import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.ToolProvider;

/** What can be seen in the syntax tree, as the JDK's own compiler parses it. */
final class TreeRules extends TreePathScanner<Void, Void> {
  private static final int METHOD_LINES_MAX = 60;
  private static final Pattern EMPTY_NAME =
      Pattern.compile(".*(Utils?|Helpers?|Impl|(?<!Task)Manager)|(Abstract|Base)[A-Z].*");

  /** One for all files: each of its own would open all jars of the class path again. */
  private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

  private static final JavaFileManager LIBRARIES =
      COMPILER.getStandardFileManager(null, null, null);

  private final SourceFile file;
  private final Trees trees;
  private final CompilationUnitTree unit;
  private final List<Finding> findings = new ArrayList<>();
  private final List<Integer> methodLines = new ArrayList<>();

  private TreeRules(SourceFile file, CompilationUnitTree unit, Trees trees) {
    this.file = file;
    this.unit = unit;
    this.trees = trees;
  }

  /** Parses and checks one file. */
  static TreeRules of(SourceFile file) {
    return of(List.of(file)).get(0);
  }

  /** Parses and checks some files, in less time and memory than one by one. */
  static List<TreeRules> of(List<SourceFile> files) {
    var out = new StringWriter();
    var sources =
        files.stream().map(it -> new MemorySource(it.path().toString(), it.text())).toList();
    var options = List.of("-proc:none");
    var task = (JavacTask) COMPILER.getTask(out, LIBRARIES, null, options, null, sources);
    var trees = Trees.instance(task);
    var all = new ArrayList<TreeRules>();
    for (var unit : parse(task)) {
      all.add(new TreeRules(files.get(all.size()), unit, trees));
    }
    if (!out.toString().isEmpty()) {
      throw new AssertionError("not all can be parsed: " + out);
    }
    all.forEach(rules -> rules.scan(rules.unit, null));
    return all;
  }

  private static Iterable<? extends CompilationUnitTree> parse(JavacTask task) {
    try {
      return task.parse();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isMain() {
    return file.isMain();
  }

  List<Finding> findings() {
    return findings;
  }

  /** How long each method is that has a body, annotations and signature included. */
  List<Integer> methodLines() {
    return methodLines;
  }

  @Override
  public Void visitClass(ClassTree type, Void unused) {
    String name = type.getSimpleName().toString();
    if (EMPTY_NAME.matcher(name).matches()) {
      add(type, name + ": name the type for what it is or knows");
    }
    boolean topLevel = getCurrentPath().getParentPath().getLeaf() == unit;
    boolean isPublic = type.getModifiers().getFlags().contains(Modifier.PUBLIC);
    if (file.isMain() && topLevel && isPublic && trees.getDocComment(getCurrentPath()) == null) {
      add(type, name + " is public: say in Javadoc what it promises, or make it package-private");
    }
    return super.visitClass(type, unused);
  }

  @Override
  public Void visitMethod(MethodTree method, Void unused) {
    if (method.getBody() != null) {
      var map = unit.getLineMap();
      int lines = (int) (map.getLineNumber(end(method)) - map.getLineNumber(start(method))) + 1;
      methodLines.add(lines);
      if (lines > METHOD_LINES_MAX) {
        add(method, method.getName() + " has " + lines + " lines, at most " + METHOD_LINES_MAX);
      }
    }
    return super.visitMethod(method, unused);
  }

  @Override
  public Void visitCatch(CatchTree caught, Void unused) {
    var block = caught.getBlock();
    boolean silent = file.part(start(block), end(block)).comments().isBlank();
    if (silent && block.getStatements().isEmpty()) {
      add(caught, "an empty catch block: handle it, or say in a comment why nothing is to be done");
    }
    if (silent && caught.getParameter().getType().toString().matches("(java.lang.)?Throwable")) {
      add(caught, "catch (Throwable: say in a comment in the block why every Error belongs here");
    }
    return super.visitCatch(caught, unused);
  }

  private void add(Tree where, String message) {
    findings.add(file.findingAt(start(where), message));
  }

  private int start(Tree tree) {
    return (int) positions().getStartPosition(unit, tree);
  }

  private int end(Tree tree) {
    return (int) positions().getEndPosition(unit, tree);
  }

  private SourcePositions positions() {
    return trees.getSourcePositions();
  }
}
