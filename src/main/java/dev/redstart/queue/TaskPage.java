package dev.redstart.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.redstart.resp.Reply;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Some tasks of a queue, in order.
 *
 * @param tasks the tasks
 * @param cursor what to give for the next page; empty if this is the last one
 */
public record TaskPage(List<QueuedTask> tasks, Optional<String> cursor) {
  private static final int PARTS = 5;

  /** Copies the list. */
  public TaskPage {
    tasks = List.copyOf(tasks);
    Objects.requireNonNull(cursor, "cursor");
  }

  /** The last task of a page, by which the next one is found even if that task has gone. */
  record Place(String score, byte[] member) {
    static final Place START = new Place("", new byte[0]);

    static Place parse(String cursor) {
      try {
        int end = Objects.requireNonNull(cursor, "cursor").indexOf('_');
        var place =
            new Place(
                cursor.substring(0, end), Base64.getUrlDecoder().decode(cursor.substring(end + 1)));
        return place.checked();
      } catch (IndexOutOfBoundsException | IllegalArgumentException wrong) {
        throw new IllegalArgumentException("cursor: is none of a page's, was " + cursor, wrong);
      }
    }

    private Place checked() {
      if (member.length == 0 || Double.isNaN(Numbers.score(score))) {
        throw new IllegalArgumentException("no member, or no score");
      }
      return this;
    }

    @Override
    public String toString() {
      return score + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(member);
    }
  }

  /** See list.lua. */
  static TaskPage of(TaskState state, List<Reply> reply) {
    var flat = reply.subList(1, reply.size());
    var tasks = new ArrayList<QueuedTask>(flat.size() / PARTS);
    for (int i = 0; i < flat.size(); i += PARTS) {
      tasks.add(QueuedTask.listed(state, flat.subList(i, i + PARTS)));
    }
    boolean more = reply.get(0).integer() == 1;
    return new TaskPage(tasks, more ? Optional.of(last(flat).toString()) : Optional.empty());
  }

  private static Place last(List<Reply> flat) {
    int i = flat.size() - PARTS;
    return new Place(new String(flat.get(i + 1).bytes(), UTF_8), flat.get(i).bytes());
  }
}
