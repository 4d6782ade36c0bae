package dev.redstart.a2a;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Addresses that are not everybody's: of this machine, of private networks, and of nobody. */
final class InternalAddresses {
  private static final int BYTES4 = 4;
  private static final int BYTES6 = 16;

  /** What the registry of special addresses (RFC 6890) keeps from the internet. */
  private static final List<Range> SPECIAL4 =
      ranges(
          "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24"
              + " 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24"
              + " 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4");

  private static final List<Range> SPECIAL6 = ranges("2001::/23 2001:db8::/32 3fff::/20");

  /** All that is given out so far. */
  private static final List<Range> PUBLIC6 = ranges("2000::/3");

  /** Forms of addresses of version 4, which begin behind so many bytes. */
  private static final List<Range> NAT64 = ranges("64:ff9b::/96");

  private static final int AFTER_NAT64 = 12;

  private static final List<Range> SIX_TO_FOUR = ranges("2002::/16");
  private static final int AFTER_SIX_TO_FOUR = 2;

  private InternalAddresses() {}

  /** All addresses that begin with the same bits. */
  private record Range(BigInteger start, int bits, int size) {
    static Range parse(String text) {
      var parts = text.split("/");
      var bytes = literal(parts[0]);
      return new Range(new BigInteger(1, bytes), Integer.parseInt(parts[1]), bytes.length);
    }

    private static byte[] literal(String text) {
      try {
        return InetAddress.getByName(text).getAddress();
      } catch (UnknownHostException impossible) {
        throw new IllegalStateException("no address: " + text, impossible);
      }
    }

    boolean contains(byte[] address) {
      int rest = Byte.SIZE * size - bits;
      var other = new BigInteger(1, address);
      return size == address.length && start.xor(other).shiftRight(rest).signum() == 0;
    }
  }

  private static List<Range> ranges(String text) {
    return Stream.of(text.split(" ")).map(Range::parse).toList();
  }

  static boolean contain(InetAddress address) {
    return isSpecial(address.getAddress()) || isOwn(address);
  }

  private static boolean isSpecial(byte[] address) {
    if (address.length == BYTES4) {
      return isIn(SPECIAL4, address);
    } else if (isIn(NAT64, address)) {
      return isSpecial(version4(address, AFTER_NAT64));
    } else if (isIn(SIX_TO_FOUR, address)) {
      return isSpecial(version4(address, AFTER_SIX_TO_FOUR));
    }
    return address.length != BYTES6 || !isIn(PUBLIC6, address) || isIn(SPECIAL6, address);
  }

  private static boolean isIn(List<Range> ranges, byte[] address) {
    return ranges.stream().anyMatch(range -> range.contains(address));
  }

  private static byte[] version4(byte[] address, int from) {
    return Arrays.copyOfRange(address, from, from + BYTES4);
  }

  /** This machine's, though others may reach it. */
  private static boolean isOwn(InetAddress address) {
    try {
      return NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException unknown) {
      return false;
    }
  }
}
