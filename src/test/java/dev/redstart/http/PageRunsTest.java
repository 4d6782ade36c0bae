package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.event.EventOptions;
import dev.redstart.event.EventStore;
import dev.redstart.event.RunEnd;
import dev.redstart.event.Source;
import dev.redstart.harness.KeyNames;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.WebElement;

/** What somebody sees who looks at runs on the page. */
@Tag(RedisServer.VISITORS)
class PageRunsTest {
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
    browser.open(site.address() + "/#runs");
  }

  @AfterEach
  void close() {
    browser.forget();
    site.close();
  }

  private void add(String run, int from, int to) {
    for (int i = from; i <= to; i++) {
      site.events.add(run, "llm", "stream", Json.object("n", i));
    }
  }

  private static List<String> texts(String selector) {
    return browser.all(selector).stream().map(it -> it.getDomProperty("textContent")).toList();
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(i -> "{ \"n\": " + i + " }").toList();
  }

  private static WebElement link(String run) {
    browser.eventually(
        "run " + run, () -> !browser.all("#run-list a[href$=" + run + "]").isEmpty());
    return browser.find("#run-list a[href$=" + run + "]");
  }

  /** The list is made anew now and then: what was found in it may be gone by then. */
  private static void click(String run) {
    browser.eventually(
        run + " is clicked",
        () -> {
          link(run).click();
          return true;
        });
  }

  @Test
  void eventsAreSeenAsTheyComeUpToTheEnd() {
    browser.eventually("there are none", () -> browser.find("#no-runs").isDisplayed());
    var ada = new Source("a1", "worker", "Ada", "analysis");
    site.events.add("r1", "lifecycle", "started", Json.object("task", "süß & <b>"), ada);
    site.events.add("r2", "lifecycle", "started");
    click("r1");
    browser.eventually("the first one", () -> browser.all("#events li").size() == 1);
    assertEquals("lifecycle.started", browser.text("#events strong"));
    assertTrue(browser.text("#events .row").contains("Ada, analysis"));
    assertEquals("{ \"task\": \"süß & <b>\" }", browser.text("#events pre"));
    add("r1", 1, 20);
    browser.eventually("20 more", () -> browser.all("#events li").size() == 21);
    assertEquals(numbers(1, 20), texts("#events li:not(:first-child) pre"));
    assertEquals("Live", browser.text("#run-state"));
    site.events.add("r1", "what", "nobody.knows", Json.object("long", "x".repeat(70)));
    site.events.close("r1", RunEnd.FAILED);
    browser.eventually("it ends", () -> browser.text("#run-state").contains("ended"));
    browser.eventually("all are there", () -> browser.all("#events li").size() == 23);
    assertEquals("lifecycle.failed", texts("#events strong").get(22));
    assertEquals("what.nobody.knows", texts("#events strong").get(21));
    assertTrue(texts("#events pre").get(21).startsWith("{\n  \"long\": \"xxx"));
    browser.eventually("it is marked", () -> link("r1").getText().contains("failed, 23 events"));
    browser.eventually("so is r2", () -> link("r2").getText().contains("running, 1 event"));
    var focused = browser.run("return document.activeElement.hash");
    assertEquals("#run=r1", focused, "a list that changes keeps the place of the keyboard");
    browser.eventually("nobody follows", () -> site.followers() == 0);
    click("r2");
    browser.eventually("the other", () -> browser.all("#events li").size() == 1);
    assertEquals("Run r2", browser.text("#run-name"));
    assertEquals(List.of(), browser.console());
  }

  /** Streams are few: a conversation does not keep them from a run that is looked at. */
  @Test
  void whatIsNotLookedAtIsNotFollowed() {
    var session = site.newSession();
    for (int i = 0; i < 4; i++) {
      site.message(session, "m" + i).appendText("growing");
    }
    add("r1", 1, 3);
    browser.open(site.address(session));
    browser.eventually("it is followed", () -> site.followers() == 3);
    browser.run("location.hash = 'run=r1'");
    browser.eventually("the run", () -> browser.all("#events li").size() == 3);
    browser.eventually("nothing else", () -> site.followers() == 1);
    browser.find("#to-session").click();
    browser.eventually("again", () -> browser.all("#messages article").size() == 4);
    browser.eventually("it is followed", () -> site.followers() == 3);
    assertEquals("growing", texts(".message .text").get(3));
    assertEquals(0, browser.all("#events li").size());
    for (int i = 0; i < 4; i++) {
      site.message(session, "m" + i).complete();
    }
    browser.eventually("the run is not, either", () -> site.followers() == 0);
  }

  /** Nothing of the end has come but the event itself, when the page looks away. */
  @Test
  void anEndThatWasMissedIsFound() {
    add("r1", 1, 2);
    browser.open(site.address() + "/#run=r1");
    browser.eventually("two", () -> browser.all("#events li").size() == 2);
    look(false);
    browser.eventually("nobody follows", () -> site.followers() == 0);
    var end = site.events.close("r1", RunEnd.COMPLETED);
    browser.run("run.last = arguments[0]", end.id().toString());
    look(true);
    browser.eventually("it ends", () -> browser.text("#run-state").contains("ended"));
    browser.eventually("and is whole", () -> browser.all("#events li").size() == 3);
  }

  @Test
  void aRunThatHasEndedIsSeenFromItsBeginning() {
    add("r1", 1, 3);
    site.events.close("r1", RunEnd.COMPLETED);
    browser.open(site.address() + "/#run=r1");
    browser.eventually("all are there", () -> browser.all("#events li").size() == 4);
    assertEquals(numbers(1, 3), texts("#events pre"));
    assertEquals("true", link("r1").getDomAttribute("aria-current"));
    browser.driver.navigate().refresh();
    browser.eventually("and again", () -> browser.all("#events li").size() == 4);
  }

  @Test
  void whatIsGoneIsSaidToBeGone() {
    var few = EventStore.of(site.redis, EventOptions.defaults().withKept(3));
    add("r1", 1, 1);
    browser.open(site.address() + "/#run=r1");
    browser.eventually("one", () -> browser.all("#events li").size() == 1);
    look(false);
    browser.eventually("nobody follows", () -> site.followers() == 0);
    for (int i = 2; i <= 9; i++) {
      few.add("r1", "llm", "stream", Json.object("n", i));
    }
    look(true);
    browser.eventually("the rest", () -> browser.all("#events li").size() == 5);
    assertEquals("5 events are gone here, for good.", texts("#events li").get(1));
    assertEquals(numbers(7, 9), texts("#events pre").subList(1, 4));
  }

  private static void look(boolean isSeen) {
    browser.run(
        "Object.defineProperty(document, 'hidden', {value: !arguments[0], configurable: true});"
            + " document.dispatchEvent(new Event('visibilitychange'))",
        isSeen);
  }

  @Test
  void aRunThatIsNotThereYetIsWaitedFor() {
    browser.open(site.address() + "/#run=later");
    browser.eventually("it says so", () -> browser.text("#run-state").contains("no such run"));
    add("later", 1, 2);
    browser.eventually("it is there", () -> browser.all("#events li").size() == 2);
    assertEquals("Live", browser.text("#run-state"));
  }

  @Test
  void ofVeryManyEventsTheLastAreSeen() {
    var fill =
        "for i = 1, 2300 do redis.call('XADD', KEYS[1], '*', 'timestamp',"
            + " '2026-01-01T00:00:00.000Z', 'sequence', i, 'event_category', 'llm', 'event_action',"
            + " 'stream', 'data', '{\"n\":' .. i .. '}') end";
    site.redis.call("EVAL", fill, "1", KeyNames.key("run:r1:events"));
    browser.open(site.address() + "/#run=r1");
    browser.eventually("they are there", () -> browser.text("#run-name").contains("300"));
    assertEquals(2000L, browser.run("return document.querySelector('#events').childElementCount"));
    assertEquals("{ \"n\": 2300 }", browser.text("#events li:last-child pre"));
  }

  @Test
  void nothingInAnEventRuns() {
    var evil = "<img/src=x/onerror=top.hit=1>";
    var source = new Source(evil, "worker", evil, evil);
    site.events.add(evil, evil, evil, Json.object(evil, evil), source);
    browser.eventually("it is listed", () -> !browser.all("#run-list a").isEmpty());
    browser.find("#run-list a").click();
    browser.eventually("it is there", () -> browser.all("#events li").size() == 1);
    assertEquals("Run " + evil, browser.text("#run-name"));
    assertEquals(evil + "." + evil, browser.text("#events strong"));
    assertEquals(0, browser.all("img").size());
    assertEquals(null, browser.run("return window.hit"));
  }

  @Test
  void theServiceMayGoAndComeBack() {
    add("r1", 1, 2);
    browser.open(site.address() + "/#run=r1");
    browser.eventually("two", () -> browser.all("#events li").size() == 2);
    site.stop();
    browser.eventually("it says so", () -> browser.text("#notice").contains("away"));
    add("r1", 3, 4);
    site.startAgain();
    browser.eventually("all", () -> texts("#events pre").equals(numbers(1, 4)));
    browser.eventually("it is well", () -> browser.text("#notice").isEmpty());
  }
}
