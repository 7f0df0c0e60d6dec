package host

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

const budget = 400 * time.Millisecond

// imdsServer serves a fault of IMDS on loopback.
func imdsServer(t *testing.T, token, ip http.HandlerFunc) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /latest/api/token", token)
	mux.HandleFunc("GET /latest/meta-data/local-ipv4", ip)
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL
}

func giveToken(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Aws-Ec2-Metadata-Token-Ttl-Seconds") == "" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.Header().Set("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "300")
	fmt.Fprint(w, "the-token")
}

func answer(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) }
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// never answers before the client gives up.
func never(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func onlyWithToken(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Aws-Ec2-Metadata-Token") != "the-token" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	fmt.Fprint(w, "10.1.2.3")
}

// outside is all of it that asking needs.
func outside(dial Dialer) Outside { return Outside{Dial: dial, Now: time.Now} }

func hostIPOf(i instance) (string, error) { return i.hostIP.Value, i.hostIP.Err }

func TestAskIMDS(t *testing.T) {
	huge := func(w http.ResponseWriter, _ *http.Request) {
		for range 1 << 14 {
			if _, err := w.Write([]byte(strings.Repeat("1", 4<<10))); err != nil {
				return // the client had enough
			}
		}
	}
	for _, test := range []struct {
		name      string
		token, ip http.HandlerFunc
		want      string
		wantErr   string
	}{
		{"version 2", giveToken, onlyWithToken, "10.1.2.3", ""},
		{"version 1 where tokens are not known", status(http.StatusNotFound), answer("10.1.2.3\n"), "10.1.2.3", ""},
		{"a token that never comes, as with a hop limit of 1", never, answer("10.1.2.3"), "10.1.2.3", ""},
		{"refused", status(http.StatusForbidden), status(http.StatusForbidden), "", "status 403"},
		{"broken", giveToken, status(http.StatusInternalServerError), "", "status 500"},
		{"silent", never, never, "", "no answer in time"},
		{"silent after the token", giveToken, never, "", "no answer in time"},
		{"a page in place of an address", giveToken, answer("<html>login</html>"), "", "no address"},
		{"nothing", giveToken, answer(""), "", "no address"},
		{"very much", giveToken, huge, "", "too long"},
		{"no host's address", giveToken, answer("0.0.0.0"), "", "no address"},
		{"an address with a zone", giveToken, answer("fe80::1%eth0"), "", "no address"},
		{"a redirect to where an address is", giveToken, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.RawQuery == "" {
				http.Redirect(w, r, r.URL.Path+"?again", http.StatusFound)
				return
			}
			fmt.Fprint(w, "10.6.6.6")
		}, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			q := Query{Timeout: budget, IMDS: IMDS{Endpoint: imdsServer(t, test.token, test.ip)}}
			ctx, cancel := context.WithTimeout(t.Context(), budget)
			defer cancel()
			ip, err := hostIPOf(askIMDS(ctx, q, outside((&net.Dialer{}).DialContext)))
			if test.want != "" && (err != nil || ip != test.want) {
				t.Fatalf("got %v, %v, want %s", ip, err, test.want)
			}
			if test.want == "" && (err == nil || !strings.Contains(err.Error(), test.wantErr)) {
				t.Fatalf("got %v, %v, want an error with %q", ip, err, test.wantErr)
			}
			if err != nil && (strings.Contains(err.Error(), "\n") || len(err.Error()) > 160) {
				t.Errorf("not a line for a log: %q", err)
			}
		})
	}
}

// A packet that vanishes is told as silence, not as our own giving up.
func TestAskIMDSTellsAVanishedPacket(t *testing.T) {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, &net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}
	}
	_, err := hostIPOf(askIMDS(t.Context(), Query{Timeout: 50 * time.Millisecond}, outside(dial)))
	if err == nil || err.Error() != "IMDS: no answer in time" {
		t.Errorf("got %v", err)
	}
}

// Where nobody is there, version 1 is not asked after version 2: a second
// connection would cost the same time again.
func TestAskIMDSDialsADeadAddressOnce(t *testing.T) {
	dials := 0
	dial := func(context.Context, string, string) (net.Conn, error) {
		dials++
		return nil, errors.New("no route to host")
	}
	_, err := hostIPOf(askIMDS(t.Context(), Query{Timeout: budget}, outside(dial)))
	if err == nil || !strings.Contains(err.Error(), "no route to host") || dials != 1 {
		t.Errorf("got %v after %d dials, want the dial's error after 1", err, dials)
	}
}

// No proxy must ever see what is asked of the host. The environment's proxies
// are read once in a process, so a test can only look at the client.
func TestNoProxy(t *testing.T) {
	transport := newTransport(budget, answerLimit, nil, func(error) {})
	if transport := transport.(bounded).RoundTripper.(*http.Transport); transport.Proxy != nil {
		t.Error("a proxy may be used")
	}
}

// All sources together take no longer than the budget.
func TestLookKeepsTheBudget(t *testing.T) {
	q := Query{Timeout: 50 * time.Millisecond}
	out := Outside{
		Root: fstest.MapFS{}, Routes: table{route: Route{LinkType: "device"}},
		Hostname: func() (string, error) { return "", nil }, Now: time.Now,
		Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			deadline, ok := ctx.Deadline()
			if left := time.Until(deadline); !ok || left > q.Timeout {
				t.Errorf("a dial may take %v", left)
			}
			return nil, errors.New("nobody there")
		},
	}
	if got := Look(t.Context(), q, out).HostIP; got.Value != "localhost" || got.Err == nil {
		t.Errorf("got %+v", got)
	}
}

func TestFindHostIP(t *testing.T) {
	deaf := func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no route to host") }
	unasked := func(context.Context, string, string) (net.Conn, error) {
		t.Error("IMDS was asked")
		return nil, errors.New("asked")
	}
	own := table{route: Route{LinkType: "device"}} // not known what network
	host := table{route: Route{LinkType: "device"}, docker0: "172.17.0.1"}
	for _, test := range []struct {
		name         string
		query        Query
		hostname     string
		routes       Routes
		file         string
		dial         Dialer
		value, where string
		why          bool // it says why nothing better was found
	}{
		{"told", Query{HostIP: Given("node-1", "HOST_IP"), Timeout: budget}, "", own, "", unasked, "node-1", "HOST_IP", false},
		{"by ECS", Query{Timeout: budget}, "", own, `{"HostPrivateIPv4Address":"10.0.0.5"}`, unasked, "10.0.0.5", "ECS metadata file", false},
		{"the host's name on host networking", Query{Timeout: budget, HostnameEnv: "ip-10-0-0-5"}, "ip-10-0-0-5", host, "", deaf, "ip-10-0-0-5", "host name", true},
		{"a name that is not the container's", Query{Timeout: budget, HostnameEnv: "web"}, "ip-10-0-0-5", own, "", deaf, "ip-10-0-0-5", "host name", true},
		{"the container's name by HOSTNAME", Query{Timeout: budget, HostnameEnv: "web"}, "web", own, "", deaf, "localhost", "fallback", true},
		{"the container's name by its form", Query{Timeout: budget}, "0123456789ab", own, "", deaf, "localhost", "fallback", true},
		{"the container's name by its id", Query{Timeout: budget, ContainerID: Given("mine-1", "CONTAINER_ID")}, "mine", own, "", deaf, "localhost", "fallback", true},
		{"nobody is to be asked", Query{HostnameEnv: "web"}, "web", own, "", unasked, "localhost", "fallback", true},
		{"IMDS is disabled", Query{Timeout: budget, IMDS: IMDS{Disabled: true}}, "", own, "", unasked, "localhost", "fallback", true},
		{"IMDS is disabled, and ECS's file is half written", Query{Timeout: budget, IMDS: IMDS{Disabled: true}}, "", own, `{"Host`, unasked, "localhost", "fallback", true},
		{"IMDS is to be asked in a way that there is not", Query{Timeout: budget, IMDS: IMDS{Err: errors.New("IPv5")}}, "", own, "", unasked, "localhost", "fallback", true},
		{"Fargate has none", Query{Timeout: budget, ExecutionEnv: "AWS_ECS_FARGATE"}, "", own, "", unasked, "localhost", "fallback", true},
		{"no network", Query{Timeout: budget}, "", table{err: ErrNoRoute}, "", unasked, "localhost", "fallback", true},
		{"Kubernetes tells it by the downward API", Query{Timeout: budget, HostnameEnv: "pod", Kubernetes: true}, "pod", own, "", unasked, "localhost", "fallback", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := fstest.MapFS{}
			if test.file != "" {
				root["ecs/file"], test.query.MetadataFile = &fstest.MapFile{Data: []byte(test.file)}, "/ecs/file"
			}
			hostname := func() (string, error) { return test.hostname, nil }
			got := Look(t.Context(), test.query, Outside{Root: root, Routes: test.routes, Dial: test.dial, Hostname: hostname, Now: time.Now}).HostIP
			if got.Value != test.value || got.Source != test.where || (got.Err != nil) != test.why {
				t.Errorf("got %q by %q (%v), want %q by %q", got.Value, got.Source, got.Err, test.value, test.where)
			}
			if got.Err != nil && strings.Contains(got.Err.Error(), "\n") {
				t.Errorf("not one line: %v", got.Err)
			}
		})
	}
}

// An instance in a network of version 6 alone has another path, and another
// address to be asked at.
func TestIMDSOfVersion6(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /latest/api/token", giveToken)
	mux.HandleFunc("GET /latest/meta-data/ipv6", answer("2001:db8::5"))
	mux.HandleFunc("GET /latest/meta-data/instance-id", answer("i-0123456789abcdef0"))
	server := httptest.NewServer(mux)
	defer server.Close()
	asked := ""
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		asked = address
		return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
	}
	got := askIMDS(t.Context(), Query{Timeout: budget, IMDS: IMDS{IPv6: true}}, outside(dial))
	if got.hostIP.Value != "2001:db8::5" || got.instanceID.Value != "i-0123456789abcdef0" || asked != "[fd00:ec2::254]:80" {
		t.Errorf("got %+v from %s", got, asked)
	}
}

// What is no instance's id is none, and costs no host address.
func TestInstanceID(t *testing.T) {
	for text, want := range map[string]string{
		"i-0123456789abcdef0": "i-0123456789abcdef0", "i-01234567\n": "i-01234567", "i-../../etc": "", "": "", "<html>": "", "i-0123456789ABCDEF0": "",
	} {
		mux := http.NewServeMux()
		mux.HandleFunc("PUT /latest/api/token", giveToken)
		mux.HandleFunc("GET /latest/meta-data/local-ipv4", answer("10.1.2.3"))
		mux.HandleFunc("GET /latest/meta-data/instance-id", answer(text))
		server := httptest.NewServer(mux)
		got := askIMDS(t.Context(), Query{Timeout: budget, IMDS: IMDS{Endpoint: server.URL}}, outside((&net.Dialer{}).DialContext))
		server.Close()
		if got.hostIP.Value != "10.1.2.3" || got.instanceID.Value != want || (want == "") != (got.instanceID.Err != nil) {
			t.Errorf("%q: got %+v", text, got)
		}
	}
}
