/**
 * JSON without a dependency: read it, make it, print it, and turn records into it and back.
 *
 * <p>Start with {@link dev.redstart.json.Json} (parse and print), {@link
 * dev.redstart.json.JsonValue} (what was parsed) and {@link dev.redstart.json.JsonCodec} (records).
 *
 * <pre>{@code
 * JsonValue event = Json.parse("{\"parts\": [{\"text\": \"hello\"}]}");
 * String text = event.get("parts").get(0).get("text").asString();
 *
 * record Point(int x, int y) {}
 * Point point = JsonCodec.of(Point.class).parse("{\"x\": 1, \"y\": 2}");
 * }</pre>
 *
 * <p>The vocabulary of the values is that of the JDK's draft API (JEP draft 8344154, {@code
 * jdk.incubator.json}), so that one day an import can replace it. Added here: UTF-8 bytes in and
 * out, limits on depth and numbers, and the codec. All types are immutable and thread-safe. Data
 * that is wrong gives a {@link dev.redstart.json.JsonParseException} (not JSON) or a {@link
 * dev.redstart.json.JsonValueException} (not the JSON that was expected).
 */
package dev.redstart.json;
