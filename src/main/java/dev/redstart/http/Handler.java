package dev.redstart.http;

import java.io.IOException;

/** Answers a request that the router found to be its own. */
interface Handler {
  /**
   * @throws Refusal for an answer that is none; anything else that is thrown is our mistake
   * @throws IOException if the client is gone
   */
  Response handle(Request request) throws IOException;
}
