package dev.redstart.a2a;

/** Who wrote a message. */
public enum Role {
  USER,
  AGENT
}
