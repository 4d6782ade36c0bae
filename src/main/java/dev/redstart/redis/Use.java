package dev.redstart.redis;

/** What a lane is for decides what it may do by itself. */
enum Use {
  /** Short commands of everybody. */
  SHARED,
  /** One blocking command at a time. */
  BLOCKING,
  /** A session, whose state would be lost with the connection: never reconnects. */
  SESSION
}
