package dev.redstart.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * By which names this service may be called. Where it trusts whoever is on this machine, a page of
 * a stranger could have its own name lead here, and a browser would take both for one (DNS
 * rebinding); the name that the browser then says is the stranger's.
 */
final class Hosts {
  private final boolean isOpen;
  private final Set<String> allowed = new HashSet<>();

  Hosts(ServiceOptions options) {
    isOpen = options.hosts().isEmpty() && !(options.token().isEmpty() && isLoopback(options));
    options.hosts().forEach(name -> allowed.add(plain(name)));
    allowed.add(plain(options.address()));
  }

  private static boolean isLoopback(ServiceOptions options) {
    try {
      return InetAddress.getByName(options.address()).isLoopbackAddress();
    } catch (UnknownHostException nowhere) {
      return false; // it cannot be listened on either
    }
  }

  /**
   * What no browser leaves out may be missing.
   *
   * @param named all headers {@code Host} of a request
   * @throws Refusal if it was meant for somebody else
   */
  void refuseOther(List<String> named) {
    if (!isOpen && !named.stream().map(Hosts::plain).allMatch(this::isAllowed)) {
      throw new Refusal(421, "MISDIRECTED", "This service is not called by that name.");
    }
  }

  private boolean isAllowed(String name) {
    return allowed.contains(name)
        || name.equals("localhost")
        || name.equals("::1")
        || name.matches("127(\\.[0-9]{1,3}){3}");
  }

  /** Without port and brackets, in lower case. */
  private static String plain(String host) {
    var name = host.strip().toLowerCase(Locale.ROOT);
    if (name.indexOf(':') == name.lastIndexOf(':') || name.startsWith("[")) {
      name = name.replaceFirst(":[0-9]*$", "");
    }
    return name.replaceFirst("^\\[(.*)]$", "$1").replaceFirst("\\.$", "");
  }
}
