package dev.redstart.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.redstart.a2a.ProtocolVersion;
import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** What everybody may know of an agent. */
final class A2aCard {
  /** The second is where 0.2 had it. */
  private static final List<String> PATHS =
      List.of("/.well-known/agent-card.json", "/.well-known/agent.json");

  private static final String MAX_AGE = "public, max-age=60";

  private final A2aEndpoint endpoint;

  A2aCard(A2aEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  static boolean isCard(String path) {
    return PATHS.contains(path);
  }

  void addTo(Router router) {
    PATHS.forEach(path -> router.add("GET", path, Response.ANY, this::handle));
  }

  private Response handle(Request request) {
    boolean isOld = A2aVersions.asked(request).map(it -> it.startsWith("0.")).orElse(true);
    boolean isHybrid = isOld && endpoint.hasVersion03();
    var json = Json.toBytes(card(isHybrid, request));
    var tag = tag(json);
    var headers = Map.of("ETag", tag, "Cache-Control", MAX_AGE, "Vary", "A2A-Version, Origin");
    return request.header("If-None-Match").filter(it -> has(it, tag)).isPresent()
        ? new Response.Whole(304, Response.JSON, new byte[0], headers)
        : new Response.Whole(200, Response.JSON, json, headers);
  }

  private JsonObject card(boolean isHybrid, Request request) {
    return endpoint.card().toJson(ProtocolVersion.V1_0, isHybrid, endpoint.url(request));
  }

  /** Compared weakly, as the standard has it: a proxy that compresses makes tags weak. */
  private static boolean has(String tags, String tag) {
    var all = List.of(tags.replace("W/", "").strip().split("\\s*,\\s*"));
    return all.contains("*") || all.contains(tag);
  }

  private static String tag(byte[] json) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(json);
      var text = Base64.getUrlEncoder().withoutPadding().encode(digest);
      return '"' + new String(text, US_ASCII) + '"';
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java runtime has SHA-256", impossible);
    }
  }
}
