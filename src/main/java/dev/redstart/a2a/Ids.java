package dev.redstart.a2a;

import java.nio.charset.StandardCharsets;

/** What may be the id of a message, a conversation, a task, an artifact or a push. */
final class Ids {
  private static final int BYTES_MAX = 256;

  private Ids() {}

  /**
   * @param name of the parameter, for people
   * @throws A2AException {@link A2AError#INVALID_PARAMS} if it is empty, longer than 256 bytes, or
   *     has control characters or half characters
   */
  static String check(String id, String name) {
    boolean fits = id.length() <= BYTES_MAX && bytes(id) <= BYTES_MAX;
    if (id.isEmpty() || !fits || !id.codePoints().allMatch(Ids::isFit)) {
      throw A2AError.INVALID_PARAMS.because(
          name + ": an id must have 1 to " + BYTES_MAX + " bytes without control characters");
    }
    return id;
  }

  private static int bytes(String id) {
    return id.getBytes(StandardCharsets.UTF_8).length;
  }

  private static boolean isFit(int character) {
    int type = Character.getType(character);
    return type != Character.CONTROL && type != Character.SURROGATE;
  }
}
