package io.forestage.hub;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** Where in the network a server is, to decide whether a redirect may lead there. */
enum NetworkPlace {
    PUBLIC("a public address"),
    THIS_MACHINE("this machine"),
    LINK_LOCAL("a link-local address"),
    PRIVATE("a private address"),
    MULTICAST("a multicast address"),
    RESERVED("a reserved address");

    /** Addresses of IPv4 within IPv6: 64:ff9b::/96, by which a network translates. */
    private static final byte[] TRANSLATED = {
        0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0
    };

    private final String words;

    NetworkPlace(String words) {
        this.words = words;
    }

    /** The wording for messages. */
    String words() {
        return words;
    }

    /**
     * Where a server's addresses are, of a name all that it has. The JDK remembers them for half a
     * minute, so that the request that follows goes to one of these.
     *
     * @return the places; none if the name has no address here, which then is for a proxy to find
     */
    static Set<NetworkPlace> of(URI server) {
        Set<NetworkPlace> places = EnumSet.noneOf(NetworkPlace.class);
        try {
            for (InetAddress address : InetAddress.getAllByName(server.getHost())) {
                places.add(of(address));
            }
        } catch (UnknownHostException noAddress) {
            // The client says so too, unless it asks a proxy.
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
        return address instanceof Inet4Address ? ofRest4(bytes) : ofRest6((Inet6Address) address);
    }

    private static NetworkPlace ofRest4(byte[] bytes) {
        int first = bytes[0] & 0xff;
        int second = bytes[1] & 0xff;
        if (first == 0) {
            return THIS_MACHINE;
        }
        if (first == 100 && (second & 0xc0) == 64) {
            return PRIVATE; // Between a provider and its customers: RFC 6598.
        }
        return first >= 240 ? RESERVED : PUBLIC;
    }

    private static NetworkPlace ofRest6(Inet6Address address) {
        byte[] bytes = address.getAddress();
        if ((bytes[0] & 0xfe) == 0xfc) {
            return PRIVATE; // Unique local addresses: RFC 4193.
        }
        boolean translated =
                Arrays.equals(bytes, 0, TRANSLATED.length, TRANSLATED, 0, TRANSLATED.length);
        if (translated || address.isIPv4CompatibleAddress()) {
            return ofBytes4(Arrays.copyOfRange(bytes, 12, 16));
        }
        if (bytes[0] == 0x20 && bytes[1] == 0x02) {
            return ofBytes4(Arrays.copyOfRange(bytes, 2, 6)); // 6to4: RFC 3056.
        }
        return PUBLIC;
    }

    private static NetworkPlace ofBytes4(byte[] bytes) {
        try {
            return of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException fourBytesAreAnAddress) {
            return RESERVED;
        }
    }
}
