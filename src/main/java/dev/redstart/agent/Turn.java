package dev.redstart.agent;

import dev.redstart.message.Role;
import java.util.Objects;

/**
 * What somebody said in a conversation.
 *
 * @param role who
 * @param text what; images and the like are only named
 */
public record Turn(Role role, String text) {
  /** Nothing may be null. */
  public Turn {
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(text, "text");
  }
}
