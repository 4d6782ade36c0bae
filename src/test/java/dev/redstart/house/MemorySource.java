package dev.redstart.house;

import java.net.URI;
import javax.tools.SimpleJavaFileObject;

/** A Java source that the compiler reads from memory. */
final class MemorySource extends SimpleJavaFileObject {
  private final String text;

  MemorySource(String path, String text) {
    super(URI.create("memory:///" + path), Kind.SOURCE);
    this.text = text;
  }

  @Override
  public CharSequence getCharContent(boolean ignoreEncodingErrors) {
    return text;
  }
}
