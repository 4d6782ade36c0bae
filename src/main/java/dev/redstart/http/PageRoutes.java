package dev.redstart.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;

/**
 * The page for people: sessions and runs, as a browser shows them. It is open to everybody, since a
 * browser cannot show a token for it, and has nothing in it but its own text.
 */
final class PageRoutes {
  private static final String PATH = "/";

  void addTo(Router router) {
    var page = page();
    router.add("GET", PATH, Response.HTML, request -> page);
  }

  /** Whoever does not ask for HTML by its name gets JSON there, as ever. */
  static boolean isPage(String method, String path, Accept accept) {
    boolean reads = method.equals("GET") || method.equals("HEAD");
    return reads && path.equals(PATH) && accept.names(Response.HTML);
  }

  private static Response page() {
    try (var in = PageRoutes.class.getResourceAsStream("page.html")) {
      var bytes = in.readAllBytes();
      var headers =
          Map.of(
              "Content-Security-Policy",
              policy(new String(bytes, UTF_8)),
              "Referrer-Policy",
              "no-referrer");
      return new Response.Whole(200, Response.HTML + "; charset=utf-8", bytes, headers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs the one script and the one style sheet that stand in the page, by their hashes, so that
   * nothing in a message can be taken for a script. Images and the like may come from anywhere:
   * agents tell of them by URL.
   */
  private static String policy(String page) {
    return String.join(
        "; ",
        "default-src 'none'",
        "script-src " + hash(page, "script"),
        "style-src " + hash(page, "style"),
        "connect-src 'self'",
        "img-src data: http: https:",
        "media-src data: http: https:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'");
  }

  private static String hash(String page, String element) {
    var start = "<" + element + ">";
    var text = page.substring(page.indexOf(start) + start.length(), page.indexOf("</" + element));
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java runtime has SHA-256", impossible);
    }
  }
}
