package dev.redstart.a2a;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A result of a task.
 *
 * @param artifactId unique in its task
 * @param parts at least one
 * @param metadata anything else; empty if there is nothing
 * @param extensions URIs of the extensions of the protocol that it makes use of
 */
public record Artifact(
    String artifactId,
    Optional<String> name,
    Optional<String> description,
    List<Part> parts,
    JsonObject metadata,
    List<String> extensions) {
  /** The lists are copied. */
  public Artifact {
    Objects.requireNonNull(artifactId, "artifactId");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(description, "description");
    parts = List.copyOf(parts);
    Objects.requireNonNull(metadata, "metadata");
    extensions = List.copyOf(extensions);
  }

  public static Artifact of(String artifactId, Part... parts) {
    return new Artifact(
        artifactId, Optional.empty(), Optional.empty(), List.of(parts), Json.object(), List.of());
  }

  public Artifact withName(String name) {
    return new Artifact(artifactId, Optional.of(name), description, parts, metadata, extensions);
  }
}
