package io.forestage.hub;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** Where in the network a server is; decides whether a redirect may lead there. */
enum NetworkPlace {
    PUBLIC("a public address"),
    THIS_MACHINE("this machine"),
    LINK_LOCAL("a link-local address"),
    PRIVATE("a private address"),
    MULTICAST("a multicast address"),
    RESERVED("a reserved address");

    /**
     * The first 12 bytes of NAT64 addresses, which embed an IPv4 address: 64:ff9b::/96, RFC 6052.
     */
    private static final byte[] NAT64_PREFIX = {
        0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0
    };

    private final String description;

    NetworkPlace(String description) {
        this.description = description;
    }

    /** Returns the words for messages. */
    String description() {
        return description;
    }

    /**
     * Returns the places of all of a host name's addresses. The JDK caches the addresses for half a
     * minute, so that the request that follows goes to one of them.
     *
     * @return the places; empty if the name cannot be resolved here, but perhaps by a proxy
     */
    static Set<NetworkPlace> of(URI server) {
        Set<NetworkPlace> places = EnumSet.noneOf(NetworkPlace.class);
        try {
            for (InetAddress address : InetAddress.getAllByName(server.getHost())) {
                places.add(of(address));
            }
        } catch (UnknownHostException noAddress) {
            // Unless it uses a proxy, the client fails for the same reason.
        }
        return places;
    }

    static NetworkPlace of(InetAddress address) {
        if (address.isAnyLocalAddress() || address.isLoopbackAddress()) {
            return THIS_MACHINE;
        }
        if (address.isLinkLocalAddress()) {
            return LINK_LOCAL;
        }
        if (address.isMulticastAddress()) {
            return MULTICAST;
        }
        if (address.isSiteLocalAddress()) {
            return PRIVATE;
        }
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address
                ? otherIpv4(bytes)
                : otherIpv6((Inet6Address) address);
    }

    private static NetworkPlace otherIpv4(byte[] bytes) {
        int first = bytes[0] & 0xff;
        int second = bytes[1] & 0xff;
        if (first == 0) {
            return THIS_MACHINE;
        }
        if (first == 100 && (second & 0xc0) == 64) {
            return PRIVATE; // Shared address space of providers: RFC 6598.
        }
        return first >= 240 ? RESERVED : PUBLIC;
    }

    private static NetworkPlace otherIpv6(Inet6Address address) {
        byte[] bytes = address.getAddress();
        if ((bytes[0] & 0xfe) == 0xfc) {
            return PRIVATE; // Unique local addresses: RFC 4193.
        }
        boolean isNat64 =
                Arrays.equals(bytes, 0, NAT64_PREFIX.length, NAT64_PREFIX, 0, NAT64_PREFIX.length);
        if (isNat64 || address.isIPv4CompatibleAddress()) {
            return ofIpv4Bytes(Arrays.copyOfRange(bytes, 12, 16));
        }
        if (bytes[0] == 0x20 && bytes[1] == 0x02) {
            return ofIpv4Bytes(Arrays.copyOfRange(bytes, 2, 6)); // 6to4: RFC 3056.
        }
        return PUBLIC;
    }

    private static NetworkPlace ofIpv4Bytes(byte[] bytes) {
        try {
            return of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException fourBytesAreAnAddress) {
            return RESERVED;
        }
    }
}
