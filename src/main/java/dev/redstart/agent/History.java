package dev.redstart.agent;

import dev.redstart.message.ContentBlock;
import dev.redstart.message.ContentType;
import dev.redstart.message.Media;
import dev.redstart.message.MessageSnapshot;
import dev.redstart.message.MessageStatus;
import dev.redstart.message.MessageStore;
import dev.redstart.message.Role;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What a session had before an answer.
 *
 * @param turns what was said, the question last; empty if that is gone
 * @param open ids of older answers that have not ended, the oldest first
 */
record History(List<Turn> turns, List<String> open) {
  private static final int PAGE_MIN = 20;
  private static final int PAGE_MAX = 200;

  static History of(MessageStore store, Job job, int turnsMax) {
    var reading = new Reading(store, job, turnsMax);
    // With the question; mostly that is all.
    int size = Math.max(PAGE_MIN, Math.min(turnsMax + 1, PAGE_MAX));
    var last = job.answerId();
    List<MessageSnapshot> page;
    do {
      page = store.messagesBefore(job.sessionId(), last, size);
      page.forEach(reading::take);
      last = page.isEmpty() ? last : page.get(page.size() - 1).head().messageId();
    } while (page.size() == size && !reading.isEnough());
    return reading.history();
  }

  /** Goes through the session's messages, back from the answer. */
  private static final class Reading {
    private final MessageStore store;
    private final Job job;
    private final int turnsMax;
    private final Deque<MessageSnapshot> said = new ArrayDeque<>();
    private final Deque<String> open = new ArrayDeque<>();
    private Optional<MessageSnapshot> question = Optional.empty();
    private boolean hasTurn;

    Reading(MessageStore store, Job job, int turnsMax) {
      this.store = store;
      this.job = job;
      this.turnsMax = turnsMax;
    }

    /** Answers end in turn: before one that is complete there are none that are open. */
    boolean isEnough() {
      return question.isPresent() && said.size() == turnsMax && hasTurn;
    }

    /** A question behind ours is for an answer behind ours, whatever the order of the answers. */
    private void take(MessageSnapshot message) {
      boolean asks = message.head().role() == Role.USER;
      boolean answers = message.head().role() == Role.ASSISTANT;
      hasTurn |= answers && message.status() == MessageStatus.COMPLETED;
      if (message.head().messageId().equals(job.questionId())) {
        question = Optional.of(message);
      } else if (!asks && !message.isComplete()) {
        open.addFirst(message.head().messageId());
      } else if ((!asks || question.isPresent()) && said.size() < turnsMax) {
        said.addFirst(message);
      }
    }

    History history() {
      var turns = new ArrayList<Turn>();
      if (question.isPresent()) {
        said.forEach(
            message -> Optional.of(turn(message)).filter(this::speaks).ifPresent(turns::add));
        turns.add(turn(question.get()));
      }
      return new History(turns, List.copyOf(open));
    }

    private boolean speaks(Turn turn) {
      return !turn.text().isBlank();
    }

    private Turn turn(MessageSnapshot message) {
      var parts = new ArrayList<String>();
      parts.add(message.text());
      message.contentBlocks().forEach(block -> parts.add(text(block)));
      parts.removeIf(String::isBlank);
      return new Turn(message.head().role(), String.join("\n\n", parts));
    }

    /** Thoughts are nobody's turn, and a placeholder says nothing. */
    private String text(ContentBlock block) {
      if (block.isPlaceholder() || block.contentType() == ContentType.THINKING) {
        return "";
      } else if (block.contentType().isMedia()) {
        var url = block.media().flatMap(Media::url);
        return "[" + block.contentType() + url.map(it -> ": " + it).orElse("") + "]";
      }
      var whole = block.isApart() ? store.contentBlock(block.contentId()) : Optional.of(block);
      return whole.flatMap(ContentBlock::text).orElse("");
    }
  }
}
