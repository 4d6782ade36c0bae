package dev.redstart.http;

import dev.redstart.a2a.A2AError;
import dev.redstart.a2a.ProtocolVersion;
import java.util.Optional;
import java.util.Set;

/** Which version of the protocol a request is of, as far as it says so. */
final class A2aVersions {
  private static final String NAME = "A2A-Version";

  private A2aVersions() {}

  /** Empty if it says nothing: clients of 0.3 never do, some of 1.0 neither. */
  static Optional<String> asked(Request request) {
    return request
        .header(NAME)
        .filter(it -> !it.isBlank())
        .or(() -> request.query().value(NAME))
        .map(String::strip)
        .filter(it -> !it.isEmpty());
  }

  /**
   * @throws dev.redstart.a2a.A2AException if it says another version
   */
  static void require(Set<ProtocolVersion> spoken, Request request) {
    var asked = asked(request);
    if (asked.isPresent() && spoken.stream().noneMatch(it -> isOf(it, asked.get()))) {
      throw notSpoken(spoken);
    }
  }

  static RuntimeException notSpoken(Set<ProtocolVersion> spoken) {
    return A2AError.VERSION_NOT_SUPPORTED.because("The versions spoken here are " + spoken);
  }

  /** A third number is not of the protocol, but of its text. */
  private static boolean isOf(ProtocolVersion version, String asked) {
    return asked.equals(version.toString()) || asked.matches("\\Q" + version + "\\E\\.[0-9]+");
  }
}
