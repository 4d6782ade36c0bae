package dev.redstart.a2a;

/** The versions of the protocol that are spoken here; they differ on the wire only. */
public enum ProtocolVersion {
  V0_3("0.3"),
  V1_0("1.0");

  private final String text;

  ProtocolVersion(String text) {
    this.text = text;
  }

  /** As it is written in headers and cards. */
  @Override
  public String toString() {
    return text;
  }
}
