package dev.redstart.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.redstart.cli.Arguments.Kind;
import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.orchestration.SendResult;
import dev.redstart.orchestration.Sender;
import dev.redstart.redis.Redis;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Puts messages at the end of a list. */
final class ListPush implements Verb {
  private static final int PREVIEW_CHARS = 50;
  private static final int PUBLISHED_CHARS = 30;

  private static final String HELP =
      """
      Usage: rpush LIST MESSAGE... [FLAG...]
             rpush LIST --stdin [FLAG...]

      Puts messages at the end of a list, all at once, in this order. After "--", a message may
      begin with a hyphen.

        --stdin          reads more messages from the input: each line that is not empty is one
        --channel C      publishes each on this channel, too: {"queue", "message", "timestamp"}
        --json           the result as one line of JSON
      """;

  @Override
  public String help() {
    return HELP;
  }

  @Override
  public Map<String, Kind> flags() {
    return Arguments.kinds("--stdin --channel= --json");
  }

  @Override
  public int run(Arguments arguments, Out out) {
    var list = arguments.word(0, "Which list? Its name is missing.");
    var messages = new ArrayList<>(arguments.words().subList(1, arguments.words().size()));
    try {
      if (arguments.has("--stdin")) {
        messages.addAll(lines());
      }
    } catch (IOException unreadable) {
      boolean garbled = unreadable instanceof CharacterCodingException;
      var why = garbled ? "is not UTF-8" : "cannot be read (" + unreadable.getMessage() + ")";
      out.talk("The input " + why + ": nothing was sent.");
      return 1;
    }
    if (messages.isEmpty()) {
      throw new UsageException("No messages: say some, or --stdin.");
    }
    try (var redis = Redis.connect(Target.options(arguments))) {
      return send(redis, list, messages, arguments, out);
    } catch (IllegalArgumentException wrong) {
      throw new UsageException(wrong.getMessage() + ".");
    }
  }

  private static List<String> lines() throws IOException {
    // With a decoder, what is no UTF-8 is an error and not a question mark.
    var in = new BufferedReader(new InputStreamReader(System.in, UTF_8.newDecoder()));
    var lines = new ArrayList<String>();
    for (var line = in.readLine(); line != null; line = in.readLine()) {
      if (!line.isEmpty()) {
        lines.add(line);
      }
    }
    return lines;
  }

  private static int send(
      Redis redis, String list, List<String> messages, Arguments arguments, Out out) {
    var sender = Sender.of(redis);
    var words = messages.toArray(String[]::new);
    var channel = arguments.value("--channel");
    var sent =
        channel.isPresent()
            ? sender.sendWithPublish(list, channel.get(), words)
            : sender.send(list, words);
    if (arguments.has("--json")) {
      out.result(json(list, sent).toString());
    } else if (sent.success()) {
      out.result(text(list, sent, messages));
      channel
          .filter(name -> sent.published())
          .ifPresent(name -> out.result(text(name, sent.subscribers(), messages)));
    }
    var sign = sent.success() ? "⚠ Warning: " : "✗ Error: ";
    sent.error().ifPresent(error -> out.talk(sign + error));
    return sent.success() ? 0 : 1;
  }

  private static JsonObject json(String list, SendResult sent) {
    return Json.object(
        "success", sent.success(),
        "list", list,
        "list_length", sent.listLength(),
        "message_count", sent.messageCount(),
        "published", sent.published(),
        "subscribers", sent.subscribers(),
        "error", sent.error().orElse(null));
  }

  private static String text(String list, SendResult sent, List<String> messages) {
    var lines = new ArrayList<String>();
    lines.add("✓ Added " + sent.messageCount() + " message(s) to '" + list + "'");
    lines.add("  List length: " + sent.listLength());
    for (int i = 0; i < messages.size(); i++) {
      lines.add("  [" + (i + 1) + "] " + preview(messages.get(i), PREVIEW_CHARS));
    }
    return String.join("\n", lines);
  }

  private static String text(String channel, long subscribers, List<String> messages) {
    // All were published in one step, so each reached as many.
    var start =
        "  → Published to '"
            + channel
            + "' ("
            + subscribers / messages.size()
            + " subscriber(s)): ";
    return String.join(
        "\n", messages.stream().map(text -> start + preview(text, PUBLISHED_CHARS)).toList());
  }

  private static String preview(String text, int max) {
    boolean cut = text.codePointCount(0, text.length()) > max;
    var part = cut ? text.substring(0, text.offsetByCodePoints(0, max)) : text;
    return Listing.table(List.of(List.of(part))) + (cut ? "..." : "");
  }
}
