package dev.redstart.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Starts programs that do not outlive this JVM, however it ends: {@code kill -9} included.
 *
 * <p>The program's standard input is not its own: it is a pipe of which the JVM holds the only
 * writing end. A small shell process waits for its end, which comes when the JVM is gone (or closes
 * {@link Process#getOutputStream()}), then asks the program to stop and, five seconds later, kills
 * it. The process id, the exit status and both outputs are the program's own. Where {@code setsid}
 * exists, the program has a session of its own, so that a Ctrl-C in the terminal reaches us alone.
 */
public final class Guard {

  // The subshell reads descriptor 3 since a background job's standard input is /dev/null, and holds
  // neither output open, since whoever reads them waits for their end. "$$" is, inside the subshell
  // too, the process that becomes the program.
  private static final String SCRIPT =
      """
      scratch=$1; shift
      exec 3<&0 </dev/null
      (
        trap '' HUP INT TERM
        while read -r line; do :; done <&3
        kill -TERM $$ || exit 0
        for second in 1 2 3 4 5; do sleep 1; kill -0 $$ || break; done
        kill -KILL $$
        [ -z "$scratch" ] || rm -rf -- "$scratch"
      ) >/dev/null 2>&1 &
      exec "$@" 3<&-
      """;

  private Guard() {}

  /**
   * A builder for a guarded process. Its outputs, directory and environment are the caller's to
   * set; its input is taken.
   *
   * @throws IllegalArgumentException if the command is empty
   */
  public static ProcessBuilder of(List<String> command) {
    return guarded(command, "");
  }

  /** As above; should this JVM die before the program, the scratch directory is removed as well. */
  static ProcessBuilder of(List<String> command, Path scratch) {
    return guarded(command, scratch.toString());
  }

  private static ProcessBuilder guarded(List<String> command, String scratch) {
    if (Objects.requireNonNull(command, "command").isEmpty()) {
      throw new IllegalArgumentException("command: a guarded process needs a program to run");
    }
    var words = new ArrayList<String>();
    Executable.find(List.of("setsid")).ifPresent(setsid -> words.add(setsid.toString()));
    words.addAll(List.of("/bin/sh", "-c", SCRIPT, "redstart-guard", scratch));
    words.addAll(command);
    return new ProcessBuilder(words);
  }
}
