package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the page is handed out. What it does is for a browser: {@link PageTest} and its like. */
class PageRoutesTest {
  private static final String BROWSER =
      "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8";

  private OneService site = new OneService(RedisServer.shared().url());

  @AfterEach
  void close() {
    site.close();
  }

  private HttpResponse<String> get(String method, String accept) throws Exception {
    var request =
        HttpRequest.newBuilder(site.service.uri().resolve("/"))
            .method(method, BodyPublishers.noBody());
    var wanted = accept.isEmpty() ? request : request.header("Accept", accept);
    return HttpClient.newHttpClient().send(wanted.build(), BodyHandlers.ofString());
  }

  private static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Test
  void aBrowserGetsThePageAndAllOthersJson() throws Exception {
    var page = get("GET", BROWSER);
    assertEquals(200, page.statusCode());
    assertEquals("text/html; charset=utf-8", header(page, "Content-Type"));
    assertTrue(page.body().startsWith("<!doctype html>"));
    for (var accept : List.of("", "*/*", "application/json", "application/json, text/plain, */*")) {
      var about = get("GET", accept);
      assertEquals("application/json", header(about, "Content-Type"), accept);
      assertEquals("Redstart", Json.parse(about.body()).get("name").asString());
    }
    assertEquals(406, get("GET", "image/png").statusCode());
    var head = get("HEAD", "text/html");
    assertEquals("", head.body());
    assertEquals(header(page, "Content-Length"), header(head, "Content-Length"));
    assertEquals(405, get("POST", "text/html").statusCode());
  }

  /**
   * A script that somebody brought into the page would not run, nor could it send anything away.
   */
  @Test
  void onlyThePagesOwnScriptAndStyleMayRun() throws Exception {
    var page = get("GET", BROWSER);
    var policy = List.of(header(page, "Content-Security-Policy").split("; "));
    assertTrue(policy.contains("default-src 'none'"));
    assertTrue(policy.contains("connect-src 'self'"));
    assertTrue(policy.contains("frame-ancestors 'none'"));
    assertFalse(policy.toString().contains("unsafe"), policy.toString());
    assertEquals("nosniff", header(page, "X-Content-Type-Options"));
    assertEquals("no-referrer", header(page, "Referrer-Policy"));
    assertEquals(1, count("<script", page.body()));
    assertEquals(1, count("<style", page.body()));
    assertEquals(0, count("<[^>]* (on\\w+|style)=", page.body().split("<script>")[0]));
  }

  @Test
  void thePageAsksForNothingElsewhere() throws Exception {
    var page = get("GET", BROWSER).body();
    assertEquals(0, count("https?://\\w|src=|@import|url\\(", page.split("<script>")[0]));
    assertEquals(0, count("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(", page));
  }

  private static long count(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().count();
  }

  @Test
  void theListOfRunsIsJson() throws Exception {
    RedisServer.shared().cli("FLUSHALL");
    assertEquals("{\"runs\":[],\"count\":0}", site.get("/runs").json().toString());
    for (var run : List.of("7", "x")) {
      site.post("/runs/" + run + "/events", "category", "llm", "action", "stream");
    }
    var end = site.post("/runs/7/close", "status", "failed").text("event_id");
    Eventually.within(
        Duration.ofSeconds(5),
        "both are listed",
        () -> site.get("/runs").json().get("count").asLong() == 2);
    var listed = site.get("/runs").json().get("runs").toString();
    var seven = Json.object("run_id", 7, "status", "failed", "events", 2, "last_event_id", end);
    assertTrue(listed.contains(seven.toString()), listed);
    assertTrue(listed.contains("\"run_id\":\"x\",\"status\":\"running\",\"events\":1"), listed);
    assertEquals(1, site.get("/runs?limit=1").json().get("count").asLong());
    assertEquals("BAD_REQUEST", site.get("/runs?limit=101").text("code"));
    assertEquals(400, site.get("/runs/x/events/stream?named=no").status());
  }

  @Test
  void thePageNeedsNoTokenAndAllElseDoes() throws Exception {
    site.close();
    var options = ServiceOptions.defaults().withToken("s3cret");
    site = new OneService(RedisServer.shared().url(), options, (question, answer) -> {});
    assertEquals(200, get("GET", BROWSER).statusCode());
    assertEquals(401, get("GET", "application/json").statusCode());
    assertEquals(401, get("GET", "*/*").statusCode());
    assertEquals(401, get("POST", BROWSER).statusCode());
    assertEquals(401, site.get("/runs").status());
  }
}
