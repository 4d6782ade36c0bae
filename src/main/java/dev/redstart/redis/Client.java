package dev.redstart.redis;

/** What the rooms may ask of a client beyond what its users may. */
interface Client extends Redis {
  boolean isClosed();
}
