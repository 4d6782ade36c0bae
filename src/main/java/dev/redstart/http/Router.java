package dev.redstart.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Finds the handler for a method and a path. Filled by one thread before it is used by many. */
final class Router {
  /** Longer ids are no keys that anybody made on purpose. */
  private static final int ID_BYTES_MAX = 256;

  /** Those of a task's content have the ids of the message and the task in them. */
  private static final int CONTENT_ID_BYTES_MAX = 2 * ID_BYTES_MAX + 1;

  /** The most that any template has, and a few more. */
  private static final int SEGMENTS_MAX = 16;

  private final List<Route> routes = new ArrayList<>();

  /**
   * A template such as {@code /runs/{id}/events}, taken apart at its slashes. A parameter may have
   * a verb behind it, as in {@code {id}:cancel}; a slash at the end may be there in a path, or not.
   */
  record Route(String method, String[] template, String type, Handler handler) {
    boolean fits(String[] path) {
      boolean isOptional = template.length == path.length + 1 && template[path.length].isEmpty();
      boolean fits = path.length == template.length || isOptional;
      for (int i = 0; fits && i < path.length; i++) {
        fits = isParameter(i) ? fits(path[i], verb(i)) : path[i].equals(template[i]);
      }
      return fits;
    }

    private static boolean fits(String segment, String verb) {
      return segment.endsWith(verb) && segment.length() > verb.length();
    }

    private boolean isParameter(int index) {
      return template[index].startsWith("{");
    }

    private String verb(int index) {
      return template[index].substring(template[index].indexOf('}') + 1);
    }

    private Map<String, String> parameters(String[] path) {
      var parameters = new HashMap<String, String>();
      for (int i = 0; i < path.length; i++) {
        if (isParameter(i)) {
          var name = template[i].substring(1, template[i].indexOf('}'));
          var id = path[i].substring(0, path[i].length() - verb(i).length());
          parameters.put(name, id(name, id));
        }
      }
      return parameters;
    }
  }

  /** A route with what the path has in place of the names in braces. */
  record Match(Route route, Map<String, String> parameters) {}

  /** Answers with JSON. */
  Router add(String method, String template, Handler handler) {
    return add(method, template, Response.JSON, handler);
  }

  Router add(String method, String template, String type, Handler handler) {
    routes.add(new Route(method, template.split("/", -1), type, handler));
    return this;
  }

  /**
   * Of several routes, the one whose type the client names, or the first that it takes.
   *
   * @param rawPath still with its percent signs: an encoded slash is part of an id
   * @throws Refusal 404, 405 with the methods that there are, or 406
   */
  Match match(String method, String rawPath, Accept accept) {
    var path = segments(rawPath);
    var fitting = routes.stream().filter(it -> it.method.equals(method) && it.fits(path)).toList();
    if (!fitting.isEmpty()) {
      var route = accept.best(fitting);
      return new Match(route, route.parameters(path));
    }
    var others = methods(path);
    if (others.isEmpty()) {
      throw notFound();
    }
    var allow = String.join(", ", others);
    var message = "There is " + allow + " here and nothing else.";
    throw new Refusal(405, "METHOD_NOT_ALLOWED", message, "Allow", allow);
  }

  static Refusal notFound() {
    return new Refusal(404, "NOT_FOUND", "There is nothing here.");
  }

  /** Which methods there are for this path; none if there is no such path. */
  Set<String> methods(String rawPath) {
    return methods(segments(rawPath));
  }

  /** All there are, for people. */
  List<String> routes() {
    return routes.stream()
        .map(route -> route.method + " " + String.join("/", route.template))
        .map(route -> route.replaceFirst("(?<=[^ ])/$", ""))
        .distinct()
        .toList();
  }

  private Set<String> methods(String[] path) {
    var methods = new TreeSet<String>();
    for (var route : routes) {
      if (route.fits(path)) {
        methods.add(route.method);
      }
    }
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    if (!methods.isEmpty()) {
      methods.add("OPTIONS");
    }
    return methods;
  }

  private static String[] segments(String rawPath) {
    var path = rawPath.split("/", SEGMENTS_MAX);
    for (int i = 0; i < path.length; i++) {
      path[i] = Query.decoded(path[i]);
    }
    return path;
  }

  private static String id(String name, String id) {
    int max = name.equals("content_id") ? CONTENT_ID_BYTES_MAX : ID_BYTES_MAX;
    if (id.getBytes(UTF_8).length > max) {
      throw Refusal.badRequest(name + " must not have more than " + max + " bytes.");
    }
    if (id.codePoints().anyMatch(Character::isISOControl)) {
      throw Refusal.badRequest(name + " must not have control characters.");
    }
    return id;
  }
}
