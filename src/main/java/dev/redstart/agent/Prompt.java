package dev.redstart.agent;

import java.util.List;
import java.util.Objects;

/**
 * What an agent is to answer.
 *
 * @param part what is asked of it: for a plain message, {@link Part#ANSWER}
 * @param turns the conversation so far; the last turn is the question
 * @param material what there is to work on in a step of a workflow, such as a draft; otherwise
 *     empty
 * @param begun the beginning of this answer's text, which another instance wrote before it died:
 *     what is written goes on after it. Mostly empty
 */
public record Prompt(Part part, List<Turn> turns, String material, String begun) {
  /**
   * The list is copied.
   *
   * @throws IllegalArgumentException if there are no turns
   */
  public Prompt {
    Objects.requireNonNull(part, "part");
    turns = List.copyOf(turns);
    Objects.requireNonNull(material, "material");
    Objects.requireNonNull(begun, "begun");
    if (turns.isEmpty()) {
      throw new IllegalArgumentException("turns: must have the question at least");
    }
  }

  /** The text of the last turn. */
  public String question() {
    return turns.get(turns.size() - 1).text();
  }
}
