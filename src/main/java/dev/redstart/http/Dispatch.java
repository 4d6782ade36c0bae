package dev.redstart.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/** Who may come in, and to whom. */
final class Dispatch {
  /** Without a token, so that what watches over instances needs none. */
  static final String HEALTH = "/api/v1/health";

  /** A browser's are under 2 KiB; cookies of other services on this host may add to them. */
  private static final int HEADER_CHARS_MAX = 16 << 10;

  private static final String BEARER = "Bearer ";

  private final Router router;
  private final ServiceOptions options;
  private final Origins origins;
  private final Hosts hosts;
  private final Followers followers;

  Dispatch(Router router, ServiceOptions options, Followers followers) {
    this.router = router;
    this.options = options;
    this.origins = new Origins(options.origins());
    this.hosts = new Hosts(options);
    this.followers = followers;
  }

  /**
   * @throws Refusal if it is not let in, or there is nobody to answer it
   */
  Response respond(HttpExchange exchange, Body body) throws IOException {
    var uri = exchange.getRequestURI();
    var headers = exchange.getRequestHeaders();
    hosts.refuseOther(headers.getOrDefault("Host", List.of()));
    origins.mark(headers, exchange.getResponseHeaders());
    if (followers.areDismissed()) {
      throw Followers.stopping();
    }
    refuseLarge(headers);
    refuseOdd(uri);
    var path = uri.getRawPath();
    var method = exchange.getRequestMethod();
    if (method.equals("OPTIONS")) {
      return options(path, headers);
    }
    var query = new Query(Optional.ofNullable(uri.getRawQuery()).orElse(""));
    var accept = new Accept(headers);
    if (!isOpen(method, path, accept)) {
      refuseStranger(method, headers, query);
    }
    var match = router.match(method.equals("HEAD") ? "GET" : method, path, accept);
    var request = new Request(exchange, match.parameters(), query, body, followers);
    return match.route().handler().handle(request);
  }

  private static boolean isOpen(String method, String path, Accept accept) {
    return path.equals(HEALTH) || PageRoutes.isPage(method, path, accept) || A2aCard.isCard(path);
  }

  private static void refuseLarge(Headers headers) {
    long size = 0;
    for (var header : headers.entrySet()) {
      for (var value : header.getValue()) {
        size += header.getKey().length() + value.length();
      }
    }
    if (size > HEADER_CHARS_MAX) {
      throw new Refusal(431, "HEADERS_TOO_LARGE", "The headers are too large.");
    }
  }

  /** What begins with two slashes, the JDK takes for the name of a host and the path behind it. */
  private static void refuseOdd(URI uri) {
    if (uri.getRawAuthority() != null && !uri.isAbsolute()) {
      throw Router.notFound();
    }
  }

  private Response options(String path, Headers headers) {
    var methods = router.methods(path);
    if (methods.isEmpty()) {
      throw Router.notFound();
    }
    var names = String.join(", ", methods);
    var answer = new HashMap<>(origins.preflight(headers, names));
    answer.put("Allow", names);
    return Response.ofNothing(answer);
  }

  private void refuseStranger(String method, Headers headers, Query query) {
    if (options.token().isEmpty()) {
      return;
    }
    var header = Optional.ofNullable(headers.getFirst("Authorization")).orElse("");
    boolean bearer = header.regionMatches(true, 0, BEARER, 0, BEARER.length());
    // EventSource cannot send headers (RFC 6750, section 2.3).
    var shown =
        bearer
            ? header.substring(BEARER.length())
            : method.equals("GET") ? query.value("access_token").orElse("") : "";
    var token = options.token().get().getBytes(UTF_8);
    if (!MessageDigest.isEqual(token, shown.getBytes(UTF_8))) {
      throw new Refusal(401, "UNAUTHORIZED", "A token is needed.", "WWW-Authenticate", "Bearer");
    }
  }
}
