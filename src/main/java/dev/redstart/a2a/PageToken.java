package dev.redstart.a2a;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;

/**
 * Where a page of a list ended: by that a list goes on behind it, whatever has become of the task
 * that was there. It belongs to one filter; that it was not made up shows a checksum, which keeps
 * mistakes out and no secret.
 *
 * @param millis the status of the last task of that page
 * @param taskId its id
 */
record PageToken(long millis, String taskId) {
  private static final int SUM_DIGITS = 8;

  /** For the next page of the same query. */
  String text(TaskQuery query) {
    var place = millis + " " + taskId;
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((sum(place, query) + place).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * @throws A2AException {@link A2AError#INVALID_PARAMS} if it is not one of this query
   */
  static PageToken parse(String token, TaskQuery query) {
    try {
      var bytes = Base64.getUrlDecoder().decode(token);
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      var place = text.substring(SUM_DIGITS);
      int space = place.indexOf(' ');
      var parsed =
          new PageToken(
              Long.parseLong(place.substring(0, space)),
              Ids.check(place.substring(space + 1), "pageToken"));
      if (parsed.text(query).equals(token)) {
        return parsed;
      }
    } catch (CharacterCodingException | IllegalArgumentException | IndexOutOfBoundsException no) {
      // Told below, as one of another query.
    }
    throw A2AError.INVALID_PARAMS.because("pageToken: it is not from a page of this query");
  }

  private static String sum(String place, TaskQuery query) {
    var filter =
        String.join(
            "\n",
            place,
            query.contextId().orElse(""),
            query.status().map(TaskState::name).orElse(""),
            query.statusTimestampAfter().map(Object::toString).orElse(""));
    var sum = new CRC32();
    sum.update(filter.getBytes(StandardCharsets.UTF_8));
    return String.format("%0" + SUM_DIGITS + "x", sum.getValue());
  }
}
