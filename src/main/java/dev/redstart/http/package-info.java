/**
 * The rooms over HTTP: events and messages as JSON, and as streams that a browser's EventSource
 * follows (Server-Sent Events).
 *
 * <p>Start with {@link dev.redstart.http.Service}, which any instance runs and none needs to know
 * of another: all state is in Redis. {@link dev.redstart.http.ServiceOptions} has the limits. Who
 * answers the messages of users is a {@link dev.redstart.http.Responder}. An agent that others
 * reach by the A2A protocol is an {@link dev.redstart.http.A2aEndpoint}.
 *
 * <p>Stands on the JDK's own server ({@code jdk.httpserver}); what that one leaves open is closed
 * here: deadlines for requests and writes, limits, and an end that tells followers when to come
 * back.
 */
package dev.redstart.http;
