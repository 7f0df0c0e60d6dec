package docker

import (
	"context"
	"errors"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jvm-entrypoint/fleet/docker/dockertest"
)

// open is a daemon that answers as a handler does, or not at all without one.
func open(t *testing.T, handler http.Handler) *Daemon {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "docker.sock")
	if handler != nil {
		listener, err := net.Listen("unix", socket)
		if err != nil {
			t.Fatal(err)
		}
		server := &http.Server{Handler: handler}
		go server.Serve(listener)
		t.Cleanup(func() { server.Close() })
	}
	t.Setenv("DOCKER_HOST", "unix://"+socket)
	t.Setenv("DOCKER_API_VERSION", "")
	daemon, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { daemon.Close() })
	return daemon
}

func TestContainers(t *testing.T) {
	stand := &dockertest.Daemon{}
	stand.Set([]dockertest.Container{
		{ID: "b", Names: []string{"/web/db", "/db"}, State: "exited"},
		{ID: "a", Names: []string{"/app"}, State: "running", Ports: []dockertest.Port{{IP: "::", PrivatePort: 1, PublicPort: 2, Type: "tcp"}, {PrivatePort: 3, Type: "udp"}}},
	})
	all, err := open(t, stand).Containers(t.Context())
	if err != nil || len(all) != 2 {
		t.Fatalf("%+v, %v", all, err)
	}
	if all[0].Name() != "app" || all[1].Name() != "db" || all[1].State != "exited" || all[1].Runs() {
		t.Errorf("%+v", all)
	}
	if ports := all[0].Ports; len(ports) != 2 || ports[0].IP.String() != "::" || ports[0].Host != 2 || ports[1].IP.IsValid() || ports[1].Host != 0 {
		t.Errorf("%+v", ports)
	}
}

// A container that goes while we look is one that does not run.
func TestFindWhileOneGoes(t *testing.T) {
	stand := &dockertest.Daemon{Name: "box"}
	stand.Set([]dockertest.Container{{ID: "a", Names: []string{"/app"}, State: "running"}})
	daemon := open(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/info") { // asked behind the list
			stand.Set(nil)
		}
		stand.ServeHTTP(w, r)
	}))
	targets, err := daemon.Find(t.Context(), Query{Which: "app"})
	if err != nil || len(targets) != 1 || targets[0].Reason != "not running (removed)" {
		t.Errorf("%+v, %v", targets, err)
	}
}

func TestDaemonFaults(t *testing.T) {
	text := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Api-Version", "1.41")
			if r.URL.Path != "/_ping" {
				w.WriteHeader(status)
				w.Write([]byte(body))
			}
		}
	}
	for name, c := range map[string]struct {
		handler http.Handler
		want    string
	}{
		"nobody":       {nil, "docker.sock"},
		"error":        {text(500, `{"message":"disk full"}`), "disk full"},
		"two lines":    {text(500, `{"message":"disk full\nfleet: all fine"}`), `disk full\nfleet: all fine`},
		"no JSON":      {text(200, "<html>"), "invalid character"},
		"broken off":   {text(200, `[{"Id":"a"},`), "unexpected EOF"},
		"another form": {text(200, `{"Id":"a"}`), "cannot unmarshal"},
		"endless": {http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Api-Version", "1.41")
			begin := "[{\"Image\":\""
			for r.URL.Path != "/_ping" {
				if _, err := w.Write([]byte(begin + strings.Repeat("x", 1<<20))); err != nil {
					return
				}
				begin = ""
			}
		}), "an answer of more than 64 MiB"},
		"hanging": {http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }), "late"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			if name == "hanging" {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeoutCause(ctx, 100*time.Millisecond, errors.New("late"))
				defer cancel()
			}
			all, err := open(t, c.handler).Containers(ctx)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "docker: listing containers: ") || all != nil {
				t.Errorf("%v, %v; want %s", all, err, c.want)
			}
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	for host, want := range map[string]string{
		"ssh://box":                   "not spoken here",
		"localhost":                   "DOCKER_HOST and its kin: ",
		"tcp://u:hunter2@127.0.0.1:1": "write tcp://HOST:PORT",
		"gopher://x":                  "",
	} {
		t.Setenv("DOCKER_HOST", host)
		daemon, err := Open()
		if err == nil { // what it can't speak it says when it is asked
			_, err = daemon.Containers(t.Context())
		}
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v, want %s", host, err, want)
		}
	}
}

func TestEvents(t *testing.T) {
	daemon := open(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "1.41")
		if strings.HasSuffix(r.URL.Path, "/events") {
			if filters := r.URL.Query().Get("filters"); !strings.Contains(filters, `"destroy"`) {
				t.Errorf("filters %s", filters)
			}
			w.Write([]byte(`{"Type":"container","Action":"destroy","Actor":{"ID":"abc"},"timeNano":1700000000000000000}` + "\n"))
		}
	}))
	events, ended, err := daemon.Events(t.Context(), "destroy")
	if err != nil {
		t.Fatal(err)
	}
	if _, heard := <-events; !heard {
		t.Error("nothing is told")
	}
	if _, more := <-events; more {
		t.Error("another one is told")
	}
	if err := <-ended; err == nil || !strings.Contains(err.Error(), "EOF") {
		t.Errorf("ended with %v", err)
	}
}

// A daemon that does not begin to answer is not waited for.
func TestEventsHang(t *testing.T) {
	daemon := open(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "1.41")
		if strings.HasSuffix(r.URL.Path, "/events") {
			<-r.Context().Done()
		}
	}))
	daemon.time = 200 * time.Millisecond
	ended := make(chan error, 1)
	go func() {
		_, _, err := daemon.Events(t.Context(), "destroy")
		ended <- err
	}()
	select {
	case err := <-ended:
		if err == nil || err.Error() != "docker: events: the Docker daemon has not answered for 200ms" {
			t.Errorf("ended with %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("it waits")
	}
}

// One that has begun to answer is heard for longer.
func TestEventsStay(t *testing.T) {
	daemon := open(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "1.41")
		if strings.HasSuffix(r.URL.Path, "/events") {
			w.(http.Flusher).Flush()
			time.Sleep(600 * time.Millisecond)
			w.Write([]byte(`{"Type":"container","Action":"destroy","Actor":{"ID":"abc"}}` + "\n"))
		}
	}))
	daemon.time = 300 * time.Millisecond
	events, ended, err := daemon.Events(t.Context(), "destroy")
	if err != nil {
		t.Fatal(err)
	}
	if _, heard := <-events; !heard {
		t.Errorf("ended with %v", <-ended)
	}
}

// A daemon that does not say who it is can't be told from another.
func TestIdentity(t *testing.T) {
	nameless := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "1.41")
		if r.URL.Path != "/_ping" {
			w.Write([]byte("{}"))
		}
	})
	if got, err := open(t, nameless).Identity(t.Context()); err == nil {
		t.Errorf("it is %q", got)
	}
}
