package dev.redstart.redis;

/**
 * A wire whose handshake is done.
 *
 * @param clientId as CLIENT ID has it, for CLIENT UNBLOCK; 0 if the server would not tell
 * @param server where it leads
 */
record Connection(Wire wire, long clientId, Endpoint server) {}
