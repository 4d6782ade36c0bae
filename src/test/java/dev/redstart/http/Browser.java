package dev.redstart.http;

import dev.redstart.harness.Eventually;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Chromium without a window. Tests fail without it, with a sentence that says how to get it. */
final class Browser implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(10);

  private static final List<String> BROWSERS =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome");

  private static final List<String> DRIVERS = List.of("chromedriver", "chromium.chromedriver");

  /** Says that it does not know so new a browser; kept, because the JDK forgets loggers. */
  private static final Logger QUIET = Logger.getLogger("org.openqa.selenium.devtools");

  static {
    QUIET.setLevel(Level.SEVERE);
  }

  final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  static Browser start() {
    System.setProperty("webdriver.remote.enableTracing", "false");
    var options = new ChromeOptions();
    // Both paths are given, so that Selenium looks for nothing and downloads nothing.
    options.setBinary(onPath(BROWSERS, "Chromium"));
    options.addArguments(
        "--headless=new",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--window-size=1000,800");
    if (System.getProperty("user.name").equals("root")) {
      options.addArguments("--no-sandbox"); // it refuses to run as root with it
    }
    var logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    var service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(onPath(DRIVERS, "Chromium's driver"))
            .usingAnyFreePort()
            .withSilent(true)
            .build();
    return new Browser(new ChromeDriver(service, options));
  }

  private static File onPath(List<String> names, String what) {
    var folders = Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(Path::of).toList();
    return names.stream()
        .flatMap(name -> folders.stream().map(folder -> folder.resolve(name)))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Path::toFile)
        .orElseThrow(() -> new AssertionError(missing(what)));
  }

  private static String missing(String what) {
    return what
        + " is not on the PATH. make test installs it; or do it yourself: apt-get install chromium"
        + " chromium-driver, dnf install chromium chromedriver, apk add chromium"
        + " chromium-chromedriver, brew install --cask chromium chromedriver.";
  }

  void open(Object address) {
    driver.get(address.toString());
  }

  /** Another tab, which is the one looked at from now on. Returns the one that was until now. */
  String openTab(Object address) {
    var before = driver.getWindowHandle();
    driver.switchTo().newWindow(WindowType.TAB);
    open(address);
    return before;
  }

  void to(String tab) {
    driver.switchTo().window(tab);
  }

  /** The one element, which must be there. */
  WebElement find(String selector) {
    return driver.findElement(By.cssSelector(selector));
  }

  List<WebElement> all(String selector) {
    return driver.findElements(By.cssSelector(selector));
  }

  /** The text that is in the document, shown or not, as it is there. */
  String text(String selector) {
    return find(selector).getDomProperty("textContent");
  }

  Object run(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  void eventually(String what, Eventually.Condition condition) {
    eventually(LIMIT, what, condition);
  }

  void eventually(Duration limit, String what, Eventually.Condition condition) {
    try {
      Eventually.within(limit, what, condition);
    } catch (AssertionError late) {
      throw new AssertionError(late.getMessage() + "; the page: " + text("body"), late);
    }
  }

  /** What its console said since it was asked last. */
  List<String> console() {
    var entries = driver.manage().logs().get(LogType.BROWSER);
    return StreamSupport.stream(entries.spliterator(), false).map(LogEntry::getMessage).toList();
  }

  /** As after nothing: one tab, without a token. */
  void forget() {
    var tabs = List.copyOf(driver.getWindowHandles());
    for (var tab : tabs.subList(1, tabs.size())) {
      driver.switchTo().window(tab).close();
    }
    driver.switchTo().window(tabs.get(0)).get("about:blank");
    console();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
