package dev.redstart.cluster;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.redstart.redis.Command;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** What a server does, command by command, those of scripts as well (MONITOR). */
final class Watch implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 10_000;

  private final Socket socket;
  private final BufferedReader lines;

  /** A command of a client, and those of the script that it runs, if it does. */
  record Step(Command<?> command, String script, List<Command<?>> inside) {

    /** All keys that are touched, whether they were declared or not. */
    List<byte[]> keys() {
      var keys = new ArrayList<byte[]>(command.keys());
      inside.forEach(each -> keys.addAll(each.keys()));
      return keys;
    }

    List<String> declared() {
      return command.keys().stream().map(key -> new String(key, UTF_8)).toList();
    }

    List<String> undeclared() {
      var touched = inside.stream().flatMap(each -> each.keys().stream());
      return touched.map(key -> new String(key, UTF_8)).filter(key -> !declares(key)).toList();
    }

    private boolean declares(String key) {
      return declared().contains(key);
    }
  }

  Watch(int port) throws IOException {
    socket = new Socket("127.0.0.1", port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.getOutputStream().write("MONITOR\r\n".getBytes(ISO_8859_1));
    lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
    lines.readLine();
  }

  /** All steps before somebody says ECHO with this word. */
  List<Step> until(String word) throws IOException {
    var steps = new ArrayList<Step>();
    for (var line = lines.readLine(); ; line = lines.readLine()) {
      var words = words(line);
      var command = Command.ofBytes(words);
      if (line.contains(" lua] ")) {
        steps.get(steps.size() - 1).inside.add(command);
      } else if (command.name().equals("ECHO") && text(words.get(1)).equals(word)) {
        return steps;
      } else {
        var script = command.name().equals("EVALSHA") ? text(words.get(1)) : "";
        steps.add(new Step(command, script, new ArrayList<>()));
      }
    }
  }

  private static String text(byte[] word) {
    return new String(word, UTF_8);
  }

  /** {@code 1700000000.123456 [0 127.0.0.1:1234] "SET" "k" "a\"\x00"}. */
  private static List<byte[]> words(String line) {
    var words = new ArrayList<byte[]>();
    int i = line.indexOf("] ") + 1;
    while (i < line.length()) {
      var word = new StringBuilder();
      for (i += 2; line.charAt(i) != '"'; i++) {
        if (line.charAt(i) != '\\') {
          word.append(line.charAt(i));
        } else if (line.charAt(++i) == 'x') {
          word.append((char) Integer.parseInt(line.substring(i + 1, i + 3), 16));
          i += 2;
        } else {
          int escaped = "nrtab".indexOf(line.charAt(i));
          word.append(escaped < 0 ? line.charAt(i) : "\n\r\t\007\b".charAt(escaped));
        }
      }
      words.add(word.toString().getBytes(ISO_8859_1));
      i++;
    }
    return words;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
