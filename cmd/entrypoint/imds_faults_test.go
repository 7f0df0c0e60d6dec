package main

import (
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	theToken = "the-token"
	address  = "10.1.2.3"
	none     = "localhost" // no valid answer: what HOST_IP falls back to
	either   = address + " or " + none
)

var (
	token    = ok(theToken)
	version1 = ok(address)
	version2 = withToken(ok(address))
)

// imdsFaults is what can go wrong between us and the metadata service. A row
// tells what HOST_IP must be; budget, memory and a reason hold for all alike.
var imdsFaults = []imdsFault{
	// What is no fault.
	{name: "version 2 alone answers", imds: speaks(token, version2), want: address},
	{name: "both versions answer", imds: speaks(token, version1), want: address},
	{name: "version 1 alone answers", imds: speaks(status(404), version1), want: address},
	{name: "a proxy is set and not used", imds: speaks(token, version2), proxied: true, want: address},
	{name: "a proxy is set and nobody listens", proxied: true, want: none},

	// The network.
	{name: "nobody listens", want: none},
	{name: "packets vanish", network: packetsVanish, want: none},
	{name: "the gateway is gone", network: gatewayIsGone, want: none},
	{name: "there is no route to it", network: unreachable, want: none},
	{name: "there is no way out at all", network: noWayOut, want: none, unasked: true},
	{name: "a hop limit of 1", imds: speaks(never, version1), want: address},
	{name: "a hop limit of 1 and version 2 required", imds: speaks(never, version2), want: none},
	{name: "a hop limit of 1 and version 1 silent", imds: speaks(never, never), want: none},
	{name: "silence after the token", imds: speaks(token, never), want: none},
	{name: "silence with 50 ms to wait", imds: everywhere(never), budget: 50 * time.Millisecond, want: none},
	{name: "silence with 1 ms to wait", imds: everywhere(never), budget: time.Millisecond, want: none},
	{name: "packets vanish with 2 s to wait", network: packetsVanish, budget: 2 * time.Second, want: none},
	{name: "a reset at once", imds: reset, want: none},
	{name: "a reset in place of a token", imds: speaks(resets, version1), want: address},
	{name: "a reset after the token", imds: speaks(token, resets), want: none},

	// Refusals.
	{name: "401 to everything", imds: everywhere(status(401)), want: none},
	{name: "403 to everything", imds: everywhere(status(403)), want: none},
	{name: "404 to everything", imds: everywhere(status(404)), want: none},
	{name: "500 to everything", imds: everywhere(status(500)), want: none},
	{name: "401 in place of a token", imds: speaks(status(401), version1), want: address},
	{name: "403 in place of a token", imds: speaks(status(403), version1), want: address},
	{name: "404 in place of a token, version 2 required", imds: speaks(status(404), version2), want: none},
	{name: "500 in place of a token", imds: speaks(status(500), version1), want: address},
	{name: "500 in place of the address", imds: speaks(token, status(500)), want: none},

	// Slowness. Either is right where only asking both versions at a time could tell.
	{name: "the address comes after 60% of the budget", imds: speaks(token, slow(version2)), want: address},
	{name: "the token comes after 60% of the budget", imds: speaks(slow(token), version1), want: address},
	{name: "the token comes after 60%, version 2 required", imds: speaks(slow(token), version2), want: either},
	{name: "everything comes after 60% of the budget", imds: everywhere(slow(version1)), want: either},
	{name: "headers drip", imds: everywhere(drips(0, okHead+"\r\n"+address)), want: none},
	{name: "headers of the token drip", imds: speaks(drips(0, okHead+"\r\n"+theToken), version1), want: address},
	{name: "bodies drip but are short", imds: speaks(dripsBody(theToken), withToken(dripsBody(address))), want: address},
	{name: "the address drips without end", imds: speaks(token, dripsBody(digits)), want: none},
	{name: "the token drips without end", imds: speaks(dripsBody(megabyte), version1), want: address},

	// Too much.
	{name: "digits without end", imds: speaks(token, endless(unending, digits)), want: none},
	{name: "digits without end for everything", imds: everywhere(endless(unending, digits)), want: none},
	{name: "an address and spaces without end", imds: speaks(token, endless(unending+address, spaces)), want: either},
	{name: "a compressed body without end", imds: speaks(token, bomb), want: none},
	{name: "one header without end", imds: everywhere(endless(okHead+"X: ", digits)), want: none},
	{name: "headers without end", imds: everywhere(endless(okHead, strings.Repeat("X: y\r\n", 10<<10))), want: none},
	{name: "headers without end in place of a token", imds: speaks(endless(okHead+"X: ", digits), version1), want: address},
	{name: "hints without end", imds: everywhere(endless("", strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 1<<10))), want: none},
	{name: "a token of 1 MB", imds: speaks(ok(megabyte), version1), want: address},
	{name: "a token of 1 MB, version 2 required", imds: speaks(ok(megabyte), version2), want: none},

	// Tokens that are none.
	{name: "a token with control characters", imds: speaks(ok("the\x00\x1btoken"), version1), want: address},
	{name: "a token with control characters, version 2 required", imds: speaks(ok("the\x00\x1btoken"), version2), want: none},
	{name: "a token that would inject a header", imds: speaks(ok("the\r\nX: token"), version1), want: address},
	{name: "a token and a newline", imds: speaks(ok(theToken+"\n"), version1), want: address},
	{name: "a token and a newline, version 2 required", imds: speaks(ok(theToken+"\n"), version2), want: either},
	{name: "an empty token", imds: speaks(ok(""), version1), want: address},
	{name: "a page in place of a token", imds: speaks(ok(markup), version1), want: address},
	{name: "a redirect in place of a token", imds: speaks(redirects(ok("10.6.6.6")), version1), want: address},

	// Answers that are none.
	{name: "a page for everything", imds: everywhere(ok(markup)), want: none},
	{name: "a page in place of the address", imds: speaks(token, ok(markup)), want: none},
	{name: "an empty answer", imds: speaks(token, ok("")), want: none},
	{name: "an empty answer to everything", imds: everywhere(ok("")), want: none},
	{name: "a redirect to where an address is", imds: speaks(token, redirects(ok("10.6.6.6"))), want: none},
	{name: "redirects for everything", imds: everywhere(redirects(ok("10.6.6.6"))), want: none},
	{name: "no HTTP", imds: everywhere(wire("SSH-2.0-OpenSSH_9.2\r\n")), want: none},
	{name: "no HTTP and without end", imds: everywhere(endless("", digits)), want: none},
	{name: "half a header, then the end", imds: everywhere(wireEnds("HTTP/1.1 200 OK\r\nContent-Le")), want: none},
	{name: "half an address, then the end", imds: speaks(token, wireEnds(okHead+"Content-Length: 9\r\n\r\n"+address)), want: none},
	{name: "half a token, then the end", imds: speaks(wireEnds(okHead+"Content-Length: 99\r\n\r\nthe-"), version1), want: address},

	// Addresses, and what only looks like one.
	{name: "an address and a newline", imds: speaks(token, ok(address+"\n")), want: address},
	{name: "an address between spaces", imds: speaks(token, ok("  "+address+" \r\n\t")), want: address},
	{name: "several addresses", imds: speaks(token, ok(address+"\n10.1.2.4\n")), want: none},
	{name: "an IPv6 address", imds: speaks(token, ok("2001:db8::5")), want: "2001:db8::5"},
	{name: "an IPv6 address with a zone", imds: speaks(token, ok("fe80::1%eth0")), want: none},
	{name: "no address, 0.0.0.0", imds: speaks(token, ok("0.0.0.0")), want: none},
	{name: "no address, ::ffff:0.0.0.0", imds: speaks(token, ok("::ffff:0.0.0.0")), want: none},
	{name: "our own loopback", imds: speaks(token, ok("127.0.0.1")), want: none},
	{name: "our own loopback, ::ffff:127.0.0.1", imds: speaks(token, ok("::ffff:127.0.0.1")), want: none},
	{name: "a group's address", imds: speaks(token, ok("224.0.0.1")), want: none},
	{name: "everybody's address", imds: speaks(token, ok("255.255.255.255")), want: none},
	{name: "the metadata service's own address", imds: speaks(token, ok(imdsAddress)), want: none},
}

type imdsFault struct {
	name    string
	network func() error  // nil: the metadata service's address is on this very machine
	imds    peer          // nil: nobody listens
	proxied bool          // HTTP_PROXY leads to somebody who listens
	unasked bool          // there is nothing to give a reason for
	budget  time.Duration // 0: faultBudget
	want    string        // HOST_IP, " or " between values that are right alike
}

// TestIMDSFaults holds the binary as it is shipped against a metadata service
// at its real address, in a network of the test's own, with each fault that the
// service can have: the start must find the right value or none, in time and in
// little memory.
func TestIMDSFaults(t *testing.T) {
	needNamespaces(t)
	bench := newBench(t)
	for _, fault := range imdsFaults {
		where := place{network: fault.network, peers: map[string]peer{imdsAddress: fault.imds}, proxied: fault.proxied}
		runIn(t, fault.name, where, func(t *testing.T) {
			bench.hold(t, fault.budget, where.environ(), func(got measured) { fault.check(t, got.Plan) })
		})
	}
}

func (f imdsFault) check(t *testing.T, got plan) {
	value, source := got.Facts["hostIP"].text(), got.Facts["hostIP"].Source
	if !slices.Contains(strings.Split(f.want, " or "), value) {
		t.Errorf("HOST_IP is %q, want %s", value, f.want)
	}
	wantSource, wantReason := "IMDS", false
	if value == none {
		wantSource, wantReason = "fallback", !f.unasked
	}
	if source != wantSource {
		t.Errorf("%s by %q, want %q", value, source, wantSource)
	}
	if isReason := func(w string) bool { return strings.Contains(w, "IMDS") }; slices.ContainsFunc(got.Warnings, isReason) != wantReason {
		t.Errorf("%s by %s with the warnings %q, want a reason: %t", value, source, got.Warnings, wantReason)
	}
}

// speaks knows a token and the address, and nothing else, as an instance
// without the optional data does.
func speaks(token, ip reply) peer {
	return everywhere(func(to net.Conn, r *http.Request) {
		switch r.Method + " " + r.URL.Path {
		case "PUT /latest/api/token":
			token(to, r)
		case "GET /latest/meta-data/local-ipv4":
			ip(to, r)
		default:
			status(http.StatusNotFound)(to, r)
		}
	})
}

func withToken(answer reply) reply {
	return func(to net.Conn, r *http.Request) {
		if r.Header.Get("X-Aws-Ec2-Metadata-Token") != theToken {
			status(http.StatusUnauthorized)(to, r)
			return
		}
		answer(to, r)
	}
}
