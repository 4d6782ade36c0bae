package dev.redstart.http;

import dev.redstart.a2a.AgentCard;
import dev.redstart.a2a.AgentCard.Capabilities;
import dev.redstart.a2a.TaskManager;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;

/**
 * An agent that a {@link Service} offers by the A2A protocol: version 1.0 by JSON-RPC at {@code
 * /a2a} and by REST under {@code /a2a/rest}, version 0.3 by JSON-RPC at the same {@code /a2a}, and
 * its card at {@code /.well-known/agent-card.json}, which everybody may read. A part of the path
 * behind these, for a tenant, is tolerated and means nothing.
 *
 * <p>Whether an agent streams and pushes is what its card says. A stream that a client follows
 * again ({@code SubscribeToTask}) goes on after the event that the header {@code Last-Event-ID}
 * names; a client that leaves stops nothing. The stream of a message that is sent again begins, as
 * the protocol has it, with the task as it is.
 *
 * <p>Immutable: each {@code withX} gives a copy. The manager stays the caller's; close it after the
 * service.
 */
public final class A2aEndpoint {
  private final TaskManager manager;
  private final AgentCard card;
  private final Optional<AgentCard> extendedCard;
  private final Optional<URI> url;
  private final boolean hasVersion03;

  private A2aEndpoint(
      TaskManager manager,
      AgentCard card,
      Optional<AgentCard> extendedCard,
      Optional<URI> url,
      boolean hasVersion03) {
    this.manager = Objects.requireNonNull(manager, "manager");
    this.card = Objects.requireNonNull(card, "card");
    this.extendedCard = extendedCard;
    this.url = url;
    this.hasVersion03 = hasVersion03;
  }

  /** In both versions; its card says the address by which it was asked for. */
  public static A2aEndpoint of(TaskManager manager, AgentCard card) {
    return new A2aEndpoint(manager, card, Optional.empty(), Optional.empty(), true);
  }

  /**
   * What only those are shown who have the token; all, if the service has none. The card says that
   * there is one.
   */
  public A2aEndpoint withExtendedCard(AgentCard extendedCard) {
    Objects.requireNonNull(extendedCard, "extendedCard");
    var there = card.capabilities();
    var more =
        new Capabilities(there.streaming(), there.pushNotifications(), true, there.extensions());
    return new A2aEndpoint(
        manager, card.withCapabilities(more), Optional.of(extendedCard), url, hasVersion03);
  }

  /**
   * Where clients reach the service, such as {@code https://agents.example.org}: what the card says
   * of it. Needed where they come through a proxy.
   *
   * @throws IllegalArgumentException if it is not of http or https, or has more than a path
   */
  public A2aEndpoint withUrl(URI url) {
    boolean isWeb = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!isWeb || url.getHost() == null || url.getQuery() != null || url.getFragment() != null) {
      throw new IllegalArgumentException("the url must be of http or https, without a query");
    }
    return new A2aEndpoint(manager, card, extendedCard, Optional.of(url), hasVersion03);
  }

  /** Version 1.0 only; then the card has nothing in it that 1.0 does not know. */
  public A2aEndpoint withoutVersion03() {
    return new A2aEndpoint(manager, card, extendedCard, url, false);
  }

  TaskManager manager() {
    return manager;
  }

  AgentCard card() {
    return card;
  }

  Optional<AgentCard> extendedCard() {
    return extendedCard;
  }

  boolean hasVersion03() {
    return hasVersion03;
  }

  /** Where the agent is, for the client of this request. */
  String url(Request request) {
    return url.map(URI::toString).orElseGet(request::origin).replaceFirst("/+$", "") + "/a2a";
  }

  /** The same, with cards that say that a token is needed. */
  A2aEndpoint withToken() {
    return new A2aEndpoint(
        manager,
        card.withBearerToken(),
        extendedCard.map(AgentCard::withBearerToken),
        url,
        hasVersion03);
  }
}
