package dev.redstart.agent;

import java.util.Objects;

/** There is no answer. The message says why, in a sentence for whoever reads the conversation. */
public final class AgentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Without anything that readers must not see. */
  public AgentException(String sentence) {
    super(Objects.requireNonNull(sentence, "sentence"));
  }
}
