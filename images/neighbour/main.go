// Neighbour is what stands beside a container in the stories of this package: the host's statsd agent, the address at
// which a cloud answers questions about the host, or a server with a certificate of its own. It runs in containers, so
// that the stories need nothing of the machine but Docker, and prints what reaches it.
//
//	neighbour statsd ADDRESS   prints each packet and where it comes from
//	neighbour imds HOST_IP     serves instance metadata, only with a token (version 2), in its network namespace
//	neighbour https NAME       serves HTTPS as NAME, on port 443
//	neighbour silence          lets packets to the metadata address vanish, in its network namespace
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/vishvananda/netlink"
)

var metadata = net.IPv4(169, 254, 169, 254)

func main() {
	log.SetFlags(0)
	log.SetOutput(os.Stdout)
	if err := run(os.Args[1:]); err != nil {
		log.Fatalf("neighbour: %v", err)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "statsd":
		return statsd(args[1])
	case len(args) == 2 && args[0] == "imds":
		return imds(args[1])
	case len(args) == 2 && args[0] == "https":
		return secure(args[1])
	case len(args) == 1 && args[0] == "silence":
		return silence()
	}
	return fmt.Errorf("%q: not something I can be", args)
}

func statsd(address string) error {
	socket, err := net.ListenPacket("udp4", address)
	if err != nil {
		return err
	}
	log.Println("ready")
	packet := make([]byte, 1<<16)
	for {
		n, from, err := socket.ReadFrom(packet)
		if err != nil {
			return err
		}
		log.Printf("%s from %s", packet[:n], from.(*net.UDPAddr).IP)
	}
}

func imds(hostIP string) error {
	loopback, err := netlink.LinkByName("lo")
	if err != nil {
		return err
	}
	if err := netlink.AddrAdd(loopback, &netlink.Addr{IPNet: netlink.NewIPNet(metadata)}); err != nil {
		return fmt.Errorf("add %s to lo: %w", metadata, err)
	}
	listener, err := net.Listen("tcp4", net.JoinHostPort(metadata.String(), "80"))
	if err != nil {
		return err
	}
	log.Println("ready")
	return http.Serve(listener, metadataService(hostIP))
}

func metadataService(hostIP string) http.Handler {
	const (
		lifetime    = "X-Aws-Ec2-Metadata-Token-Ttl-Seconds"
		tokenHeader = "X-Aws-Ec2-Metadata-Token"
		token       = "a-token"
	)
	service := http.NewServeMux()
	service.HandleFunc("PUT /latest/api/token", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(lifetime, r.Header.Get(lifetime))
		io.WriteString(w, token)
	})
	service.HandleFunc("GET /latest/meta-data/local-ipv4", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get(tokenHeader) != token {
			http.Error(w, "no token", http.StatusUnauthorized)
			return
		}
		io.WriteString(w, hostIP)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		log.Printf("%s %s token=%q", r.Method, r.URL.Path, r.Header.Get(tokenHeader))
		service.ServeHTTP(w, r)
	})
}

// silence sends what is meant for the metadata address to a hardware address that nobody on the bridge has: unlike
// a blackhole route, which the sender is told of at once.
func silence() error {
	link, err := netlink.LinkByName("eth0")
	if err != nil {
		return err
	}
	index := link.Attrs().Index
	nobody := net.HardwareAddr{0x02, 0, 0, 0, 0, 0x01}
	neighbour := &netlink.Neigh{LinkIndex: index, IP: metadata, HardwareAddr: nobody, State: netlink.NUD_PERMANENT}
	if err := netlink.NeighAdd(neighbour); err != nil {
		return fmt.Errorf("add a neighbour: %w", err)
	}
	route := &netlink.Route{LinkIndex: index, Dst: netlink.NewIPNet(metadata), Scope: netlink.SCOPE_LINK}
	if err := netlink.RouteAdd(route); err != nil {
		return fmt.Errorf("add a route: %w", err)
	}
	log.Println("ready")
	stopped := make(chan os.Signal, 1)
	signal.Notify(stopped, syscall.SIGTERM)
	<-stopped
	return nil
}
