package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.message.ContentBlock;
import dev.redstart.message.ContentType;
import dev.redstart.message.Media;
import dev.redstart.message.Message;
import dev.redstart.message.TaskUpdate;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How the page shows what messages consist of, whatever that is, and whom it lets in. */
@Tag(RedisServer.VISITORS)
class PageContentTest {
  /** In a page that took it for markup, one of them would run. */
  private static final String EVIL =
      "<img src=x onerror='top.hit=1'><script>top.hit=1</script><svg onload='top.hit=1'>"
          + "<a href='javascript:top.hit=1'>\"'><iframe srcdoc='<script>top.hit=1</script>'>";

  private static Browser browser;

  private EchoService site;

  @BeforeAll
  static void start() {
    browser = Browser.start();
  }

  @AfterAll
  static void quit() {
    browser.close();
  }

  @AfterEach
  void close() {
    browser.forget();
    site.close();
  }

  private Message begin() {
    site = new EchoService();
    var message = site.message(site.newSession(), "m1");
    browser.open(site.address(message.sessionId()));
    return message;
  }

  private static void add(Message message, ContentType type, String text) {
    message.addContent(ContentBlock.of(type, text));
  }

  private static void add(Message message, ContentType type, Media media) {
    message.addContent(ContentBlock.of(type, media));
  }

  private static Media svg() {
    var svg = "<svg xmlns='http://www.w3.org/2000/svg' width='7' height='7'/>";
    return Media.bytes(svg.getBytes(StandardCharsets.UTF_8)).with("format", "svg+xml");
  }

  private static void isThere(String selector) {
    browser.eventually(selector + " is there", () -> !browser.all(selector).isEmpty());
  }

  @Test
  void everyTypeOfContentIsShown() {
    var message = begin();
    add(message, ContentType.CODE, "if (a < b) {\n  c();\n}");
    add(message, ContentType.MARKDOWN, "# A *title*");
    add(message, ContentType.JSON, "{\"a\":[1,12345678901234567890],\"b\":1.50}");
    add(message, ContentType.JSON, "{no json");
    add(message, ContentType.TEXT, "plain");
    add(message, ContentType.THINKING, "hm");
    add(message, ContentType.HTML, "<h1>Heading</h1>");
    add(message, ContentType.IMAGE, svg().with("caption", "nothing much"));
    add(message, ContentType.IMAGE, Media.url(site.address() + "/no.png").with("alt", "none"));
    add(message, ContentType.AUDIO, Media.bytes(new byte[] {1}).with("format", "wav"));
    add(message, ContentType.VIDEO, Media.url("https://127.0.0.1:1/film.mp4"));
    add(message, ContentType.FILE, Media.url("http://127.0.0.1:1/a.pdf").with("name", "a.pdf"));
    add(message, ContentType.FILE, Media.bytes(new byte[] {65}).with("name", "b.txt"));
    message.complete();
    browser.eventually("all is there", () -> browser.all(".part").size() == 13);
    var texts = browser.all("pre").stream().map(it -> it.getDomProperty("textContent")).toList();
    assertEquals("if (a < b) {\n  c();\n}", texts.get(0));
    assertEquals("# A *title*", texts.get(1));
    assertEquals(
        "{\n  \"a\": [\n    1,\n    12345678901234567890\n  ],\n  \"b\": 1.5\n}", texts.get(2));
    assertEquals(List.of("{no json", "plain", "<h1>Heading</h1>"), texts.subList(3, 6));
    assertEquals("", browser.find("iframe").getDomAttribute("sandbox"));
    browser.driver.switchTo().frame(browser.find("iframe"));
    assertEquals("Heading", browser.text("h1"));
    browser.driver.switchTo().defaultContent();
    assertEquals("nothing much", browser.text("figcaption"));
    assertEquals("data:audio/wav;base64,AQ==", browser.find("audio").getDomAttribute("src"));
    assertEquals("https://127.0.0.1:1/film.mp4", browser.find("video").getDomAttribute("src"));
    var links = browser.all(".part a");
    assertEquals("http://127.0.0.1:1/a.pdf", links.get(0).getDomAttribute("href"));
    assertEquals("data:application/octet-stream;base64,QQ==", links.get(1).getDomAttribute("href"));
    assertEquals("b.txt", links.get(1).getDomAttribute("download"));
  }

  @Test
  void whatIsLargeIsLoadedWhenItIsWanted() {
    var message = begin();
    var comment = "<!--" + "x".repeat(20_000) + "-->";
    var svg = "<svg xmlns='http://www.w3.org/2000/svg' width='7' height='7'>" + comment + "</svg>";
    var bytes = svg.getBytes(StandardCharsets.UTF_8);
    add(message, ContentType.IMAGE, Media.bytes(bytes).with("format", "svg+xml"));
    add(message, ContentType.CODE, "y".repeat(30_000));
    message.complete();
    browser.eventually(
        "the image",
        () -> (Boolean) browser.run("return document.querySelector('img')?.naturalWidth === 7"));
    isThere(".part button");
    assertEquals("Show code (30 KB)", browser.text(".part button"));
    assertEquals(0, browser.all("pre").size());
    browser.find(".part button").click();
    isThere("pre");
    assertEquals("y".repeat(30_000), browser.text("pre"));
  }

  @Test
  void nothingInAMessageRuns() {
    var message = begin();
    message.startTask("t1", EVIL, Json.object("prompt", EVIL));
    message.updateTask("t1", TaskUpdate.failed(EVIL));
    for (var type : List.of("TEXT", "CODE", "MARKDOWN", "JSON", "THINKING", "HTML")) {
      add(message, ContentType.valueOf(type), EVIL);
    }
    add(message, ContentType.IMAGE, svg().with("caption", EVIL).with("alt", EVIL));
    add(message, ContentType.IMAGE, svg().with("format", "x,<script>"));
    add(message, ContentType.AUDIO, Media.url("javascript:top.hit=1"));
    add(message, ContentType.FILE, Media.url("javascript:top.hit=1").with("name", EVIL));
    add(message, ContentType.FILE, Media.url("data:text/html," + EVIL));
    message.appendText(EVIL);
    message.fail(EVIL);
    browser.eventually("all is there", () -> browser.all("[aria-busy=false] .part").size() == 12);
    browser.eventually("and the text", () -> !browser.text(".text").isEmpty());
    assertShown(EVIL);
    for (var selector : List.of(".text", ".task", ".thought", "figcaption", "p[role=alert]")) {
      assertTrue(browser.text(".message " + selector).contains(EVIL), selector);
    }
    assertEquals(EVIL, browser.find("img").getDomAttribute("alt"));
    assertEquals(0, browser.all(".part a, .message [href], .message [src^=javascript]").size());
    assertFalse(browser.all("img").get(1).getDomAttribute("src").contains("<"));
    browser.driver.switchTo().frame(browser.find("iframe"));
    isThere("img[src=x]");
    browser.driver.switchTo().defaultContent();
    assertShown(EVIL);
  }

  /** The page has no element that a message made, but for a frame that may do nothing. */
  private static void assertShown(String evil) {
    assertEquals(null, browser.run("return window.hit"));
    assertEquals(1, browser.all("script").size());
    assertEquals(0, browser.all("img[src=x], svg, [onerror], [onload]").size());
    assertEquals(0, browser.all("iframe:not([sandbox=''])").size());
  }

  @Test
  void noScriptRunsEvenIfItGotIn() {
    begin();
    browser.run(
        "const all = document.body.appendChild(document.createElement('div'));"
            + " all.innerHTML = arguments[0];"
            + " all.append(document.createRange().createContextualFragment(arguments[0]))",
        EVIL);
    // The browser says why, when it has tried.
    browser.eventually(
        "it was refused", () -> browser.console().toString().contains("Content Security Policy"));
    assertEquals(null, browser.run("return window.hit"));
  }

  @Test
  void aStrangeIdOfASessionIsAnIdAndNothingElse() {
    begin();
    for (var id : List.of("a/b?c=d&e#f%2F+~", "<img/src=x/onerror=top.hit=1>")) {
      site.message(id, "m-" + id.length()).appendText("here");
      browser.open(site.address());
      browser.find("#open-id").sendKeys(id + "\n");
      browser.eventually("it is found", () -> browser.text("#messages .text").equals("here"));
      browser.driver.navigate().refresh();
      browser.eventually("it is found", () -> browser.text("#messages .text").equals("here"));
      assertShown(id);
    }
  }

  @Test
  void whoHasNoTokenIsAskedForIt() {
    site = new EchoService(ServiceOptions.defaults().withToken("s3cret"));
    var session = site.newSession();
    browser.open(site.address(session));
    isThere("dialog[open]");
    assertEquals("", browser.text("#door-trouble"));
    browser.find("#token").sendKeys("wrong\n");
    browser.eventually("it is wrong", () -> browser.text("#door-trouble").contains("not accepted"));
    browser.find("#token").sendKeys("s3cret\n");
    browser.eventually("it is right", () -> browser.all("dialog[open]").isEmpty());
    browser.find("#content").sendKeys("good morning\n");
    var whole = "You said: good morning";
    browser.eventually("it streams", () -> browser.text(".assistant .text").equals(whole));
    site.message(session, "m9").appendText("growing");
    browser.eventually("it is followed with it", () -> site.followers() == 1);
    browser.driver.navigate().refresh();
    browser.eventually("it is kept", () -> browser.text(".assistant .text").equals(whole));
    assertEquals(0, browser.all("dialog[open]").size());
  }
}
