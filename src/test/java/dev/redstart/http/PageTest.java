package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.message.ContentBlock;
import dev.redstart.message.ContentType;
import dev.redstart.message.EventType;
import dev.redstart.message.Message;
import dev.redstart.message.MessageHead;
import dev.redstart.message.MessageOptions;
import dev.redstart.message.MessageStore;
import dev.redstart.message.Role;
import dev.redstart.message.TaskUpdate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** What somebody sees who talks with agents on the page. */
@Tag(RedisServer.VISITORS)
class PageTest {
  private static final String ANSWER = ".message.assistant";
  private static final String GROWING = ANSWER + "[aria-busy=true]";
  private static final String ENDED = ANSWER + "[aria-busy=false]";
  private static final String TEXT = ANSWER + ":last-child .text";

  /** Takes two seconds to be said again twenty times. */
  private static final String LONG = "a long tale of birds in the morning";

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

  @BeforeEach
  void open() {
    site = new EchoService();
    browser.open(site.address());
  }

  @AfterEach
  void close() {
    browser.forget();
    site.close();
  }

  private static void say(String text) {
    browser.find("#content").sendKeys(text + "\n");
  }

  /** By the first message, which makes it. */
  private static String session() {
    return browser.driver.getCurrentUrl().replaceFirst(".*#session=", "");
  }

  private void assertEndsAsStored(String session) {
    browser.eventually("all has ended", () -> browser.all(GROWING).isEmpty());
    browser.eventually("it is there", () -> !browser.text(TEXT).isEmpty());
    browser.eventually("it is whole", () -> site.stored(session).equals(browser.text(TEXT)));
  }

  private static void growsBeyond(int chars) {
    browser.eventually("it grows", () -> browser.text(TEXT).length() > chars);
    assertEquals(1, browser.all(GROWING).size(), "it goes on");
  }

  @Test
  void anAnswerIsSeenToStreamAndToEnd() {
    say(LONG);
    browser.eventually("it begins", () -> browser.all(GROWING).size() == 1);
    assertTrue(browser.find(GROWING + " header button").isDisplayed());
    growsBeyond(20);
    assertEndsAsStored(session());
    var said = ("You said: " + LONG + "\n").repeat(20);
    assertEquals(said, browser.text(TEXT));
    assertEquals(LONG, browser.text(".message.user .text"));
    assertFalse(browser.find(ENDED + " header button").isDisplayed());
    assertEquals("", browser.text("#notice") + browser.text("#trouble"));
    assertEquals(0L, fromEnd(), "whoever was at the end stays there");
    browser.run("scrollTo(0, 0)");
    site.message(session(), "later").appendText("later");
    browser.eventually("it is there", () -> browser.text(TEXT).equals("later"));
    assertTrue(fromEnd() > 0, "and whoever was not, does not");
    assertEquals(List.of(), browser.console());
  }

  private static long fromEnd() {
    var page = "document.scrollingElement";
    var left = page + ".scrollHeight - " + page + ".scrollTop - innerHeight";
    return (Long) browser.run("return Math.floor(" + left + ")");
  }

  @Test
  void aMessageMayHaveSeveralLines() {
    browser.find("#content").sendKeys("one" + Keys.chord(Keys.SHIFT, Keys.ENTER) + "two\n");
    browser.eventually("it is answered", () -> browser.all(ENDED).size() == 1);
    assertEquals("one\ntwo", browser.text(".message.user .text"));
    // The last words are shown a moment after the end.
    browser.eventually("in lines", () -> browser.text(TEXT).equals("You said: one\ntwo"));
    assertEquals("", browser.find("#content").getDomProperty("value"));
  }

  @Test
  void aLongConversationIsReadToItsEnd() {
    var session = site.newSession();
    for (int i = 0; i < 120; i++) {
      var message = site.message(session, "m" + i);
      message.appendText("number " + i);
      message.complete();
    }
    browser.open(site.address(session));
    browser.eventually("all are there", () -> browser.text(TEXT).equals("number 119"));
    assertEquals(120, browser.all(ENDED).size());
    browser.find("#new").click();
    browser.eventually("a new one", () -> browser.all(".message").isEmpty());
    assertFalse(session().equals(session));
  }

  @Test
  void thinkingTasksAndImagesAreSeen() {
    // It does not think for long: the page itself has to look.
    browser.run(
        "new MutationObserver(() => top.hasThought ||= document.querySelector(arguments[0]) !="
            + " null).observe(document.body, {subtree: true, childList: true, attributes: true})",
        ANSWER + " details[open]");
    say("think about an image");
    browser.eventually("it thinks", () -> browser.run("return top.hasThought") == Boolean.TRUE);
    browser.eventually(
        "the image is there",
        () -> (Boolean) browser.run("return document.querySelector('img')?.naturalWidth === 96"));
    assertEquals("a circle", browser.find("img").getDomAttribute("alt"));
    assertEndsAsStored(session());
    assertEquals("What was said has 20 characters.", browser.text(ANSWER + " .thought"));
    assertEquals(0, browser.all(ANSWER + " details[open]").size(), "the answer counts now");
    browser.find(ANSWER + " summary").click();
    assertTrue(browser.find(ANSWER + " .thought").isDisplayed());
    var task = browser.text(ANSWER + " .task");
    assertEquals("image generation" + "think about an image" + "completed", task);
    assertEquals(0, browser.all("progress").size());
    assertEquals(List.of(), browser.console());
  }

  @Test
  void aTaskThatFailsSaysWhy() {
    var session = site.newSession();
    var message = site.message(session, "m1");
    browser.open(site.address(session));
    message.startTask("t1", "video_generation");
    for (double part : new double[] {0.25, 0.5, 0.75}) {
      message.updateTask("t1", TaskUpdate.progress(part));
      browser.eventually("its number", () -> browser.text(".task").contains(percent(part)));
      assertEquals(part, browser.run("return document.querySelector('progress').value"));
    }
    message.updateTask("t1", TaskUpdate.failed("no film"));
    browser.eventually("it failed", () -> browser.text(".task").contains("failed"));
    assertTrue(browser.text(".task").contains("no film"));
    message.publish(EventType.ERROR, Json.object("error", "a little trouble"));
    browser.eventually("it says so", () -> browser.text(ANSWER).contains("a little trouble"));
    message.fail("no answer without a film");
    browser.eventually("it ends", () -> browser.all(ENDED).size() == 1);
    assertTrue(browser.text(ANSWER).contains("no answer without a film"));
    assertTrue(browser.text(ANSWER + " header").contains("failed"));
  }

  private static String percent(double part) {
    return Math.round(100 * part) + " %";
  }

  @Test
  void aWorkflowIsSeenStepByStep() {
    browser.find("#workflow").sendKeys("Task: planner");
    say("draw, then sing");
    browser.eventually("a step", () -> browser.all(ANSWER + " .task").size() > 2);
    assertEndsAsStored(session());
    assertEquals("Done: draw\nDone: then sing", browser.text(TEXT));
    assertTrue(browser.text(ANSWER).contains("\"workflow\": \"planner\""));
  }

  @Test
  void stopEndsAnAnswerWithinASecond() {
    say(LONG);
    growsBeyond(20);
    // Measured there: a busy machine takes its time to answer a test.
    browser.run(
        """
        const message = document.querySelector('[aria-busy=true]'), start = performance.now();
        new MutationObserver(() => {
          if (message.ariaBusy === 'false') window.took ??= performance.now() - start;
        }).observe(message, {attributes: true});
        """);
    browser.find(GROWING + " header button").click();
    browser.eventually("it ends", () -> browser.text(ENDED + " header").contains("cancelled"));
    assertEquals(true, browser.run("return took < 1000"), browser.run("return took") + " ms");
    assertEndsAsStored(session());
    assertTrue(browser.text(TEXT).length() < 20 * LONG.length(), "it was stopped on its way");
  }

  @Test
  void afterAReloadInTheMiddleItGoesOn() {
    var session = site.newSession();
    var message = site.message(session, "m1");
    browser.open(site.address(session));
    message.addContent(ContentBlock.of(ContentType.THINKING, "hm").withId("m1.thought"));
    message.startTask("t1", "image_generation");
    for (int i = 1; i <= 3; i++) {
      message.appendText(i + " one\n");
      message.updateTask("t1", TaskUpdate.progress(i / 4.0));
      var said = i + " one\n";
      browser.eventually("it grows", () -> browser.text(TEXT).endsWith(said));
      browser.driver.navigate().refresh();
      browser.eventually("it is there", () -> browser.text(TEXT).endsWith(said));
      message.appendText(i + " two\n");
    }
    message.complete();
    assertEndsAsStored(session);
    assertEquals("1 one\n1 two\n2 one\n2 two\n3 one\n3 two\n", browser.text(TEXT));
    assertEquals(1, browser.all(".task").size());
    assertEquals("hm", browser.text(".thought"));
    assertEquals(List.of(), browser.console());
  }

  @Test
  void anotherTabSeesTheSame() {
    var session = site.newSession();
    var message = site.message(session, "m1");
    message.appendText("one ");
    browser.open(site.address(session));
    browser.eventually("it is there", () -> browser.text(TEXT).equals("one "));
    var first = browser.openTab(site.address(session));
    browser.eventually("it is here, too", () -> browser.text(TEXT).equals("one "));
    message.appendText("two");
    message.complete();
    assertEndsAsStored(session);
    say("and now?");
    browser.eventually("a second one", () -> browser.all(ENDED).size() == 2);
    browser.to(first);
    browser.eventually("it is here, too", () -> browser.all(ENDED).size() == 2);
    assertEndsAsStored(session);
    assertEquals("one two", browser.text(ANSWER + ":first-child .text"));
    assertEquals("You said: and now?", browser.text(TEXT));
  }

  @Test
  void closingATabStopsNothing() {
    var first = browser.openTab(site.address());
    say(LONG);
    growsBeyond(20);
    var session = session();
    browser.driver.close();
    browser.to(first);
    browser.eventually("nobody reads", () -> site.followers() == 0);
    var whole = ("You said: " + LONG + "\n").repeat(20);
    assertTrue(site.stored(session).length() < whole.length(), "it is not over");
    browser.eventually("it ends", () -> site.stored(session).equals(whole));
    browser.open(site.address(session));
    assertEndsAsStored(session);
  }

  @Test
  void severalMessagesGrowAtTheSameTime() {
    var session = site.newSession();
    var messages = new ArrayList<Message>();
    for (int i = 0; i < 6; i++) {
      messages.add(site.message(session, "m" + i));
    }
    browser.open(site.address(session));
    browser.eventually("they are there", () -> browser.all(GROWING).size() == 6);
    browser.eventually("not all are followed", () -> site.followers() == 3);
    for (int round = 0; round < 20; round++) {
      messages.forEach(message -> message.appendText("word "));
    }
    for (int i = 0; i < 3; i++) {
      var texts = browser.all(ANSWER + " .text");
      int number = i;
      browser.eventually(
          "text " + i,
          () -> texts.get(number).getDomProperty("textContent").equals("word ".repeat(20)));
    }
    messages.forEach(Message::complete);
    browser.eventually("all end", () -> browser.all(ENDED).size() == 6);
    for (var text : browser.all(ANSWER + " .text")) {
      browser.eventually(
          "each is whole", () -> text.getDomProperty("textContent").equals("word ".repeat(20)));
    }
  }

  /**
   * While nobody looks, the page follows nothing; what is gone by then comes as a whole message.
   */
  @Test
  void whoComesBackLateGetsTheWholeMessage() {
    var session = site.newSession();
    try (var few = MessageStore.of(site.redis, MessageOptions.defaults().withEvents(3))) {
      var message = few.loadOrCreate(MessageHead.of("m1", session, Role.ASSISTANT));
      browser.open(site.address(session));
      message.appendText("first ");
      browser.eventually("it reads", () -> browser.text(TEXT).equals("first "));
      look(false);
      browser.eventually("nobody reads", () -> site.followers() == 0);
      var block = ContentBlock.of(ContentType.THINKING, "hm").withId("m1.thought");
      message.addContent(block);
      for (int i = 0; i < 20; i++) {
        message.appendText(i + " ");
      }
      assertEquals("first ", browser.text(TEXT));
      look(true);
      browser.eventually("it reads on", () -> browser.text(TEXT).endsWith(" 18 19 "));
      message.appendText("last");
      message.complete();
      assertEndsAsStored(session);
      assertEquals("hm", browser.text(".thought"));
    }
  }

  @Test
  void whoLooksAwayAndBackSeesEachWordOnce() {
    var session = site.newSession();
    var message = site.message(session, "m1");
    browser.open(site.address(session));
    browser.eventually("it is followed", () -> site.followers() == 1);
    message.appendText("one ");
    browser.eventually("it reads", () -> browser.text(TEXT).equals("one "));
    look(false);
    browser.eventually("nobody reads", () -> site.followers() == 0);
    message.appendText("two ");
    look(true);
    browser.eventually("it reads on", () -> browser.text(TEXT).endsWith("two "));
    message.appendText("three");
    message.complete();
    assertEndsAsStored(session);
  }

  private static void look(boolean isSeen) {
    browser.run(
        "Object.defineProperty(document, 'hidden', {value: !arguments[0], configurable: true});"
            + " document.dispatchEvent(new Event('visibilitychange'))",
        isSeen);
  }

  /** What is there is not written again for each word that comes. */
  @Test
  void aLongTextGrowsAtItsEndOnly() {
    var session = site.newSession();
    var message = site.message(session, "m1");
    for (int i = 0; i < 16; i++) {
      message.appendText(("line after line " + i + "\n").repeat(4000));
    }
    browser.open(site.address(session));
    browser.eventually("it is there", () -> browser.text(TEXT).length() > 1_000_000);
    assertTrue(browser.all(TEXT + " > div").size() > 100, "in pieces, of which few are laid out");
    browser.run(
        "window.changed = new Set(); new MutationObserver(all => all.forEach(it =>"
            + " changed.add(it.target))).observe(document.querySelector('.text'),"
            + " {subtree: true, childList: true, characterData: true})");
    for (int i = 0; i < 10; i++) {
      message.appendText("and one more\n");
    }
    message.complete();
    assertEndsAsStored(session);
    assertTrue((Long) browser.run("return changed.size") <= 2, "the last piece, or a new one");
  }

  @Test
  void theServiceMayGoAndComeBack() {
    say("a long tale");
    growsBeyond(20);
    var session = session();
    site.stop();
    browser.eventually("it says so", () -> browser.text("#notice").contains("away"));
    say("is anybody there?");
    browser.eventually("and again", () -> browser.text("#trouble").contains("may have got"));
    site.startAgain();
    browser.eventually("it goes on", () -> browser.text("#notice").isEmpty());
    assertEndsAsStored(session);
    assertFalse(browser.console().toString().contains("Uncaught"));
    assertEquals("is anybody there?", browser.find("#content").getDomProperty("value"));
    browser.find("#send").click();
    browser.eventually("it is answered", () -> browser.all(ENDED).size() == 2);
    assertEndsAsStored(session);
  }

  /** It refuses a stream, and a browser gives up then; the page does not. */
  @Test
  void aServiceWithoutRoomIsAskedAgain() {
    site.close();
    site = new EchoService(ServiceOptions.defaults().withStreamsMax(1));
    var session = site.newSession();
    var first = site.message(session, "m1");
    var second = site.message(session, "m2");
    browser.open(site.address(session));
    browser.eventually("both are there", () -> browser.all(GROWING).size() == 2);
    first.complete();
    second.appendText("all the same");
    browser.eventually("it is read", () -> browser.text(TEXT).equals("all the same"));
    second.complete();
    browser.eventually("both end", () -> browser.all(ENDED).size() == 2);
  }

  @Test
  void anUnknownSessionIsSaidToBeUnknown() {
    browser.open(site.address("nothing"));
    browser.eventually("it says so", () -> browser.text("#trouble").contains("no such session"));
    browser.find("#open-id").clear();
    browser.find("#open-id").sendKeys(site.newSession() + "\n");
    browser.eventually("it is gone", () -> browser.text("#trouble").isEmpty());
    say("hello");
    browser.eventually("it is answered", () -> browser.all(ENDED).size() == 1);
  }
}
