package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The card of an agent, which everybody may see. */
class A2aCardTest {
  private final A2aSite site = new A2aSite();

  @AfterEach
  void close() {
    site.close();
  }

  private static JsonValue card(A2aSite site, String... headers) throws Exception {
    return A2aSite.json(200, site.get(A2aSite.CARD, headers));
  }

  private static boolean isHybrid(JsonValue card) {
    assertEquals("Speaker", card.get("name").asString());
    return card.tryGet("protocolVersion").isPresent();
  }

  private static List<String> urls(JsonValue card) {
    return card.get("supportedInterfaces").asList().stream()
        .map(it -> it.get("url").asString())
        .toList();
  }

  @Test
  void itSaysWhereTheAgentIs() throws Exception {
    var card = card(site, "A2A-Version", "1.0");
    var base = "http://127.0.0.1:" + site.port();
    assertEquals(List.of(base + A2aSite.RPC, base + A2aSite.REST), urls(card));
    for (var url : urls(card).subList(1, 2)) {
      assertEquals(200, site.get(URI.create(url + "/tasks").getPath()).statusCode());
    }
  }

  @Test
  void whoDoesNotSayAVersionGetsACardForAll() throws Exception {
    assertTrue(isHybrid(card(site)));
    assertTrue(isHybrid(card(site, "A2A-Version", "0.3")));
    assertTrue(isHybrid(A2aSite.json(200, site.get("/.well-known/agent.json"))));
    assertFalse(isHybrid(card(site, "A2A-Version", "1.0")));
    assertFalse(isHybrid(card(site, "A2A-Version", "1.1")));
    assertFalse(isHybrid(card(site, "A2A-Version", "2.0")));
    try (var pure = new A2aSite(options -> options, A2aEndpoint::withoutVersion03)) {
      assertFalse(isHybrid(card(pure)));
    }
  }

  @Test
  void itIsNotSentAgainToWhoHasIt() throws Exception {
    var first = site.get(A2aSite.CARD);
    var tag = first.headers().firstValue("ETag").orElseThrow();
    assertTrue(tag.matches("\"[A-Za-z0-9_-]+\""), tag);
    assertEquals("public, max-age=60", first.headers().firstValue("Cache-Control").get());
    assertTrue(first.headers().firstValue("Vary").get().contains("A2A-Version"));
    for (var known : List.of(tag, "*", "\"other\", " + tag, "W/" + tag)) {
      var again = site.get(A2aSite.CARD, "If-None-Match", known);
      assertEquals(304, again.statusCode(), known);
      assertEquals("", again.body());
      assertEquals(tag, again.headers().firstValue("ETag").orElse(""));
    }
    assertEquals(200, site.get(A2aSite.CARD, "If-None-Match", "\"other\"").statusCode());
    var other = site.get(A2aSite.CARD, "A2A-Version", "1.0");
    assertNotEquals(tag, other.headers().firstValue("ETag").orElseThrow());
  }

  @Test
  void itIsOpenAndSaysThatTheRestIsNot() throws Exception {
    try (var closed = new A2aSite(options -> options.withToken("secret"), it -> it)) {
      var card = card(closed, "A2A-Version", "1.0");
      var scheme = card.get("securitySchemes").asMap().values().iterator().next();
      assertEquals("Bearer", scheme.get("httpAuthSecurityScheme").get("scheme").asString());
      assertTrue(card.tryGet("securityRequirements").isPresent());
      assertTrue(isHybrid(A2aSite.json(200, closed.get("/.well-known/agent.json"))));
      var call = A2aSite.envelope("ListTasks", Json.object());
      var refused = A2aSite.json(401, closed.post(A2aSite.RPC, call));
      assertEquals(-32600, refused.get("error").get("code").asInt());
      var rest = A2aSite.json(401, closed.get(A2aSite.REST + "/tasks"));
      assertEquals("UNAUTHENTICATED", rest.get("error").get("status").asString());
      assertEquals(401, closed.get(A2aSite.REST + "/extendedAgentCard").statusCode());
      var known = "Bearer secret";
      assertEquals(200, closed.post(A2aSite.RPC, call, "Authorization", known).statusCode());
    }
    assertTrue(card(site, "A2A-Version", "1.0").tryGet("securitySchemes").isEmpty());
  }

  @Test
  void behindAProxyItSaysTheAddressOfThat() throws Exception {
    var url = URI.create("https://agents.example.org/base/");
    try (var proxied = new A2aSite(options -> options, it -> it.withUrl(url))) {
      var base = "https://agents.example.org/base";
      assertEquals(base + "/a2a", urls(card(proxied)).get(0));
    }
    var endpoint = A2aEndpoint.of(site.manager, A2aSite.card());
    for (var wrong : List.of("ftp://x", "x", "http:/x", "http://x?y", "http://x#y")) {
      var uri = URI.create(wrong);
      assertThrows(IllegalArgumentException.class, () -> endpoint.withUrl(uri), wrong);
    }
  }

  private static JsonValue cardByHost(A2aSite site, String host) throws Exception {
    try (var raw = new RawClient(site.port())) {
      raw.send("GET " + A2aSite.CARD + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
      return Json.parse(raw.reply().body());
    }
  }

  @Test
  void anAddressThatIsNoneIsNotRepeated() throws Exception {
    // With a token, so that all hosts are let in.
    try (var closed = new A2aSite(options -> options.withToken("secret"), it -> it)) {
      for (var host : List.of("evil\"host", "a/b", "a b", "x:y", "[", "a@b", "x".repeat(300))) {
        var base = "http://localhost:" + closed.port();
        assertEquals(base + A2aSite.RPC, urls(cardByHost(closed, host)).get(0), host);
      }
      for (var host : List.of("example.org", "example.org:8000", "[::1]:80", "127.0.0.1")) {
        var base = "http://" + host;
        assertEquals(base + A2aSite.RPC, urls(cardByHost(closed, host)).get(0));
      }
    }
  }
}
