package dev.redstart.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.redstart.json.Json;
import dev.redstart.json.JsonArray;
import dev.redstart.json.JsonNull;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonString;
import dev.redstart.json.JsonValue;
import dev.redstart.resp.Reply;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;

/** Replies as JSON. What JSON cannot say is an object that says what it is, or a string. */
final class ReplyJson {
  private ReplyJson() {}

  static JsonValue of(Reply reply) {
    if (reply instanceof Reply.Attributed attributed) {
      return of(attributed.value());
    } else if (reply instanceof Reply.Map map) {
      return map(map.items());
    } else if (reply instanceof Reply.Array
        || reply instanceof Reply.Set
        || reply instanceof Reply.Push) {
      return JsonArray.of(reply.items().stream().map(ReplyJson::of).toList());
    } else if (reply instanceof Reply.Error error) {
      return Json.object("error", error.text());
    }
    return scalar(reply);
  }

  private static JsonValue scalar(Reply reply) {
    if (reply.isNull()) {
      return JsonNull.of();
    } else if (reply instanceof Reply.Bool truth) {
      return Json.of(truth.value());
    } else if (reply instanceof Reply.Int number) {
      return Json.of(number.value());
    } else if (reply instanceof Reply.BigNumber number) {
      return Json.of(number.value());
    } else if (reply instanceof Reply.Real real && Double.isFinite(real.value())) {
      return Json.of(real.value());
    } else if (reply instanceof Reply.Bulk bulk) {
      return bytes(bulk.bytes());
    }
    return JsonString.of(reply.text());
  }

  private static JsonValue bytes(byte[] bytes) {
    try {
      return JsonString.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException binary) {
      return Json.object("base64", Base64.getEncoder().encodeToString(bytes));
    }
  }

  /** An object if all keys are different texts, as they mostly are; otherwise a list of pairs. */
  private static JsonValue map(List<Reply> items) {
    var object = new LinkedHashMap<String, JsonValue>();
    var pairs = new ArrayList<JsonValue>();
    for (int i = 0; i < items.size(); i += 2) {
      var key = of(items.get(i));
      var value = of(items.get(i + 1));
      pairs.add(JsonArray.of(List.of(key, value)));
      if (key instanceof JsonString text) {
        object.put(text.asString(), value);
      }
    }
    return object.size() == pairs.size() ? JsonObject.of(object) : JsonArray.of(pairs);
  }
}
