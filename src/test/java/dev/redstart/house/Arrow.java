package dev.redstart.house;

/** One class uses another; both by full name, the other with the module it was found in. */
record Arrow(String from, String to, String toModule) {
  private static final String HOUSE = "dev.redstart.";

  boolean staysInTheHouse() {
    return to.startsWith(HOUSE);
  }

  String fromRoom() {
    return room(from);
  }

  String toRoom() {
    return room(to);
  }

  /** {@code dev.redstart.redis.Wire} lies in {@code redis}. */
  private static String room(String className) {
    int afterHouse = className.startsWith(HOUSE) ? HOUSE.length() : 0;
    return className.substring(afterHouse, Math.max(afterHouse, className.lastIndexOf('.')));
  }

  @Override
  public String toString() {
    return from + " -> " + to;
  }
}
