package dev.redstart.http;

import com.sun.net.httpserver.Headers;
import dev.redstart.http.Router.Route;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a client takes, by its header Accept; without the weights, which nobody needs here. */
final class Accept {
  private final List<String> ranges;

  Accept(Headers headers) {
    var all = String.join(",", headers.getOrDefault("Accept", List.of()));
    this.ranges =
        Arrays.stream(all.split(","))
            .map(range -> range.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
            .toList();
  }

  /** Whether it says this very type. */
  boolean names(String type) {
    return ranges.contains(type);
  }

  private boolean takes(String type) {
    if (type.equals(Response.ANY)) {
      return true;
    }
    var all = type.substring(0, type.indexOf('/')) + "/*";
    return ranges.contains("") || ranges.contains("*/*") || ranges.contains(all) || names(type);
  }

  /**
   * @param routes at least one
   * @throws Refusal 406 if it takes none of them
   */
  Route best(List<Route> routes) {
    return routes.stream()
        .filter(route -> names(route.type()))
        .findFirst()
        .or(() -> routes.stream().filter(route -> takes(route.type())).findFirst())
        .orElseThrow(() -> refusal(routes));
  }

  private static Refusal refusal(List<Route> routes) {
    var types = routes.stream().map(Route::type).collect(Collectors.joining(" and "));
    return new Refusal(406, "NOT_ACCEPTABLE", "There is " + types + " here and nothing else.");
  }
}
