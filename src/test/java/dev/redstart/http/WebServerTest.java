package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.json.Json;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a client that behaves well hears, also when it is wrong. */
class WebServerTest {
  private static final String JSON = "application/json";

  private static Site site;

  @BeforeAll
  static void start() {
    site =
        new Site(ServiceOptions.defaults().withBodyMax(1000).withOrigins("https://good.example"));
  }

  @AfterAll
  static void stop() {
    site.close();
  }

  private static String detail(HttpResponse<String> response) {
    return Json.parse(response.body()).get("detail").asString();
  }

  private static void assertRefused(int status, HttpResponse<String> response) {
    assertEquals(status, response.statusCode(), response.body());
    assertEquals(JSON, response.headers().firstValue("Content-Type").orElse(""));
    assertFalse(detail(response).isBlank());
  }

  @Test
  void aPathLeadsToItsHandlerWithWhatIsInBraces() throws Exception {
    var response = site.get("/things/a%20b%2Fc%C3%A9+d");
    assertEquals(200, response.statusCode());
    assertEquals("{\"id\":\"a b/cé+d\"}", response.body());
    assertEquals("no-store", response.headers().firstValue("Cache-Control").orElse(""));
  }

  @Test
  void anUnknownPathIsNotFound() throws Exception {
    for (var path :
        List.of("/", "/thing", "/things/", "/things/1/2", "/things/../bug", "/./nothing")) {
      assertRefused(404, site.get(path));
    }
  }

  @Test
  void theTwoApisSayErrorsInTheirOwnWays() throws Exception {
    var response = site.get("/runs/1/2");
    assertEquals(404, response.statusCode());
    assertEquals(
        "{\"code\":\"NOT_FOUND\",\"message\":\"There is nothing here.\"}", response.body());
    assertEquals("{\"detail\":\"There is nothing here.\"}", site.get("/run/1/2").body());
  }

  @Test
  void aMethodThatThereIsNotIsToldWhichThereAre() throws Exception {
    var response = site.send(site.request("/things").DELETE());
    assertRefused(405, response);
    assertEquals("GET, HEAD, OPTIONS, POST", response.headers().firstValue("Allow").orElse(""));
  }

  @Test
  void optionsAreListed() throws Exception {
    var response = site.send(site.request("/things/1").method("OPTIONS", BodyPublishers.noBody()));
    assertEquals(204, response.statusCode());
    assertEquals("GET, HEAD, OPTIONS", response.headers().firstValue("Allow").orElse(""));
    var nowhere = site.request("/nowhere").method("OPTIONS", BodyPublishers.noBody());
    assertRefused(404, site.send(nowhere));
  }

  @Test
  void headIsAGetWithoutItsBody() throws Exception {
    for (var path : List.of("/things/1", "/feed", "/things/1/2")) {
      var head = site.send(site.request(path).method("HEAD", BodyPublishers.noBody()));
      assertEquals("", head.body());
      assertEquals(path.length() > 10 ? 404 : 200, head.statusCode());
    }
    var head = site.send(site.request("/things/1").method("HEAD", BodyPublishers.noBody()));
    assertEquals("10", head.headers().firstValue("Content-Length").orElse(""));
    assertEquals(0, site.server().followers().size());
  }

  @Test
  void aBodyIsReadAndAnswered() throws Exception {
    assertEquals(201, site.post("/things", JSON, "{\"a\":[1]}").statusCode());
    var spelled = site.post("/things", "Application/JSON; Charset=\"UTF-8\"", "{\"a\": \"é\"}");
    assertEquals("{\"a\":\"é\"}", spelled.body());
    assertEquals("{}", site.post("/things", "", "").body());
  }

  @Test
  void aBodyOfAnotherTypeIsRefused() throws Exception {
    for (var type : List.of("", "text/plain", "application/x-www-form-urlencoded", "null")) {
      assertRefused(415, site.post("/things", type, "{}"));
    }
    assertRefused(415, site.post("/things", JSON + ";charset=iso-8859-1", "{}"));
  }

  @Test
  void aBodyThatIsNoObjectIsRefused() throws Exception {
    for (var body : List.of("{", "[]", "1", "{\"a\":1,\"a\":2}", "\u0000", "[".repeat(900))) {
      assertRefused(400, site.post("/things", JSON, body));
    }
    var latin = BodyPublishers.ofByteArray(new byte[] {'"', (byte) 0xE9, '"'});
    var request = site.request("/things").header("Content-Type", JSON).POST(latin);
    assertRefused(400, site.send(request));
  }

  @Test
  void aBodyOfTheLargestSizeIsReadAndOneByteMoreIsNot() throws Exception {
    var largest = "{\"a\":\"" + "x".repeat(992) + "\"}";
    assertEquals(201, site.post("/things", JSON, largest).statusCode());
    assertRefused(413, site.post("/things", JSON, largest + " "));
  }

  @Test
  void numbersMustBeWithinTheirRange() throws Exception {
    assertEquals("{\"limit\":50,\"name\":\"\"}", site.get("/things").body());
    assertEquals("{\"limit\":100,\"name\":\"\"}", site.get("/things?limit=100").body());
    for (var wrong : List.of("0", "101", "-1", "x", "", "1e1", "99999999999", "%201")) {
      assertRefused(400, site.get("/things?limit=" + wrong));
    }
  }

  @Test
  void aQueryIsDecodedAndUnknownNamesDoNotMatter() throws Exception {
    var response = site.get("/things?n%61me=a+b%2Bc%26&other&=x&other=1&&");
    assertEquals("{\"limit\":50,\"name\":\"a b+c&\"}", response.body());
  }

  @Test
  void aParameterThatComesTwiceIsRefused() throws Exception {
    assertRefused(400, site.get("/things?limit=1&limit=2"));
    assertRefused(400, site.get("/things?limit=1&l%69mit=1"));
  }

  @Test
  void anIdIsLimitedAndHasNoControlCharacters() throws Exception {
    assertEquals(200, site.get("/things/" + "%C3%A9".repeat(128)).statusCode());
    assertRefused(400, site.get("/things/" + "%C3%A9".repeat(128) + "x"));
    assertRefused(400, site.get("/things/a%00"));
    assertRefused(400, site.get("/things/a%0A"));
    assertEquals(400, site.get("/runs/a%0A").statusCode());
  }

  @Test
  void whatIsNotUtf8IsRefused() throws Exception {
    assertRefused(400, site.get("/things/%FF"));
    assertRefused(400, site.get("/things/%C0%AF"));
    assertRefused(400, site.get("/things?name=%ED%A0%80"));
  }

  @Test
  void aClientThatWantsAnotherTypeIsToldWhichThereIs() throws Exception {
    assertRefused(406, site.get("/things/1", "Accept", "text/html"));
    assertRefused(406, site.get("/feed", "Accept", JSON));
    for (var fits : List.of("*/*", "application/*", "text/html, " + JSON + ";q=0.5", "")) {
      assertEquals(200, site.get("/things/1", "Accept", fits).statusCode());
    }
  }

  @Test
  void aMistakeOfOursIsNotShown() throws Exception {
    for (var path : List.of("/bug", "/error")) {
      var response = site.get(path);
      assertRefused(500, response);
      assertFalse(response.body().contains("secret"), response.body());
    }
  }

  @Test
  void headersOverTheLimitAreRefused() throws Exception {
    assertEquals(200, site.get("/things/1", "X-Large", "x".repeat(15_000)).statusCode());
    assertRefused(431, site.get("/things/1", "X-Large", "x".repeat(20_000)));
  }

  @Test
  void onlyTheOriginsOfTheListMayBeLetIn() throws Exception {
    var allow = "Access-Control-Allow-Origin";
    var good = site.get("/things/1", "Origin", "https://good.example");
    assertEquals("https://good.example", good.headers().firstValue(allow).orElse(""));
    assertEquals("Origin", good.headers().firstValue("Vary").orElse(""));
    for (var origin : List.of("https://bad.example", "null", "https://good.example.evil")) {
      assertTrue(site.get("/things/1", "Origin", origin).headers().firstValue(allow).isEmpty());
    }
    var lost = site.get("/nowhere", "Origin", "https://good.example");
    assertEquals("https://good.example", lost.headers().firstValue(allow).orElse(""));
  }

  @Test
  void aBrowserThatAsksBeforehandIsToldWhatItMaySend() throws Exception {
    for (boolean good : List.of(true, false)) {
      var origin = good ? "https://good.example" : "https://bad.example";
      var request =
          site.request("/things")
              .headers("Origin", origin, "Access-Control-Request-Method", "POST")
              .method("OPTIONS", BodyPublishers.noBody());
      var headers = site.send(request).headers();
      assertEquals(good, headers.firstValue("Access-Control-Allow-Origin").isPresent());
      assertEquals(good, headers.firstValue("Access-Control-Allow-Headers").isPresent());
      assertEquals(
          good ? "GET, HEAD, OPTIONS, POST" : "",
          headers.firstValue("Access-Control-Allow-Methods").orElse(""));
    }
  }

  @Test
  void withoutAListNoOriginIsLetIn() throws Exception {
    try (var other = new Site(ServiceOptions.defaults())) {
      var response = other.get("/things/1", "Origin", "https://good.example");
      assertTrue(response.headers().firstValue("Access-Control-Allow-Origin").isEmpty());
    }
  }

  @Test
  void withATokenOnlyWhoShowsItIsLetIn() throws Exception {
    try (var closed = new Site(ServiceOptions.defaults().withToken("s3cret"))) {
      for (var path : List.of("/things/1", "/nowhere", "/things/1?access_token=s3cre")) {
        var response = closed.get(path);
        assertRefused(401, response);
        assertEquals("Bearer", response.headers().firstValue("WWW-Authenticate").orElse(""));
      }
      assertRefused(401, closed.get("/things/1", "Authorization", "Bearer s3cretx"));
      assertRefused(401, closed.get("/things/1", "Authorization", "Basic s3cret"));
      assertRefused(401, closed.post("/things?access_token=s3cret", JSON, "{}"));
      assertEquals(200, closed.get("/things/1", "Authorization", "bearer s3cret").statusCode());
      assertEquals(200, closed.get("/things/1?access_token=s3cret").statusCode());
      assertEquals(200, closed.get(Dispatch.HEALTH).statusCode());
    }
  }

  @Test
  void aPortThatIsTakenIsNamed() {
    var options = ServiceOptions.defaults().withPort(site.port());
    var e = assertThrows(IllegalStateException.class, () -> WebServer.start(new Router(), options));
    assertTrue(e.getMessage().contains("127.0.0.1:" + site.port()), e.getMessage());
  }

  /** Also when its thread is not the one that the request came in on. */
  @Test
  void aStreamMayBeSilentForLongerThanARequestMayTake() throws Exception {
    var options = ServiceOptions.defaults().withRequestLimit(Duration.ofMillis(100));
    try (var other = new Site(options.withHeartbeat(Duration.ofMillis(500)));
        var raw = other.raw().send("GET /feed HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
      assertEquals(200, raw.head().status());
      for (var text : List.of("one", "two")) {
        other.told.add(text);
        var chunk = raw.chunk();
        while (!chunk.contains("data: " + text)) {
          assertTrue(chunk.startsWith(": heartbeat"), chunk);
          chunk = raw.chunk();
        }
        assertTrue(raw.chunk().startsWith(": heartbeat"));
      }
    }
  }

  @Test
  void anEventLeavesAtOnce() {
    assertEquals("true", System.getProperty("sun.net.httpserver.nodelay"));
  }
}
