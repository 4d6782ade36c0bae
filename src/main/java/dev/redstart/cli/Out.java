package dev.redstart.cli;

import java.io.PrintStream;

/** All text that the command line prints: results on one stream, talk on the other. */
final class Out {
  private final PrintStream results;
  private final PrintStream talk;
  private volatile boolean muted;

  Out(PrintStream results, PrintStream talk) {
    this.results = results;
    this.talk = talk;
  }

  /** A line, or several, that was asked for. */
  void result(String text) {
    if (!muted) {
      results.println(text);
    }
  }

  /** As {@link #result}: whether the text has left this process. */
  boolean hasPrinted(String text) {
    result(text);
    return !results.checkError() && !muted;
  }

  /** A line about what is going on. */
  void talk(String text) {
    if (!muted) {
      talk.println(text);
    }
  }

  /** Whoever pressed Ctrl-C does not want to read what broke because of it. */
  void mute() {
    muted = true;
  }
}
