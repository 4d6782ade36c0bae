package dev.redstart.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;

/** Writes a response, and leaves the connection as the next request needs it. */
final class Answer {
  private static final int PIECE_BYTES = 8192;

  private final HttpExchange exchange;
  private final Body body;
  private final Watch watch;
  private final ServiceOptions options;

  Answer(HttpExchange exchange, Body body, Watch watch, ServiceOptions options) {
    this.exchange = exchange;
    this.body = body;
    this.watch = watch;
    this.options = options;
  }

  /** An exception that leaves this makes the JDK's server forget the connection; close does not. */
  void whole(Response.Whole response) throws IOException {
    var headers = exchange.getResponseHeaders();
    headers.set("Cache-Control", "no-store");
    response.headers().forEach(headers::set);
    headers.set("X-Content-Type-Options", "nosniff");
    if (!body.isOver()) {
      headers.set("Connection", "close");
    }
    int size = response.body().length;
    if (size > 0) {
      headers.set("Content-Type", response.type());
    }
    if (size == 0 || isHead()) {
      empty(response.status(), size);
      return;
    }
    exchange.sendResponseHeaders(response.status(), size);
    var out = exchange.getResponseBody();
    for (int at = 0; at < size; at += PIECE_BYTES) {
      piece(out, response.body(), at, Math.min(PIECE_BYTES, size - at));
    }
    finish(out);
  }

  private boolean isHead() {
    return exchange.getRequestMethod().equals("HEAD");
  }

  private void empty(int status, int size) throws IOException {
    if (isHead() && size > 0) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(size));
    }
    watch.begin(options.writeLimit());
    try {
      exchange.sendResponseHeaders(status, -1);
    } finally {
      watch.end();
    }
  }

  private void piece(OutputStream out, byte[] bytes, int from, int size) throws IOException {
    watch.begin(options.writeLimit());
    try {
      out.write(bytes, from, size);
      out.flush();
    } finally {
      watch.end();
    }
  }

  /** Closing reads what is left of the request, and would wait for it. */
  private void finish(OutputStream out) throws IOException {
    if (!body.isOver()) {
      body.discard();
    }
    watch.begin(options.writeLimit());
    try {
      out.close();
    } finally {
      watch.end();
    }
  }
}
