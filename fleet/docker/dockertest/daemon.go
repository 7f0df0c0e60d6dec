// Package dockertest is a Docker daemon's API for tests, as far as fleet asks for
// it: version 1.41, as Docker 20.10 has it, over a Unix socket.
package dockertest

import (
	"encoding/json"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// Daemon answers for containers.
type Daemon struct {
	Name string // the machine's

	lock       sync.Mutex
	containers []Container
	server     *http.Server
}

// Container is one as the API lists it, with what inspecting it tells beside.
type Container struct {
	ID         string `json:"Id"`
	Names      []string
	State      string
	Labels     map[string]string
	Created    int64
	HostConfig struct{ NetworkMode string }
	Ports      []Port
	Config     struct {
		Env          []string
		ExposedPorts map[string]struct{}
	}
}

// Port is one that the list tells.
type Port struct {
	IP          string `json:",omitempty"`
	PrivatePort uint16
	PublicPort  uint16 `json:",omitempty"`
	Type        string
}

// Set replaces all containers.
func (d *Daemon) Set(containers []Container) {
	d.lock.Lock()
	defer d.lock.Unlock()
	d.containers = containers
}

// Start listens on a socket, until Close.
func (d *Daemon) Start(socket string) error {
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	d.server = &http.Server{Handler: d}
	go d.server.Serve(listener)
	return nil
}

// Close ends it.
func (d *Daemon) Close() error { return d.server.Close() }

// ServeHTTP answers one question. What is not known to version 1.41 of the API, or
// not asked for by fleet, is an error.
func (d *Daemon) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.lock.Lock()
	defer d.lock.Unlock()
	w.Header().Set("Api-Version", "1.41")
	if r.URL.Path == "/_ping" {
		return
	}
	path, found := strings.CutPrefix(r.URL.Path, "/v1.41/")
	if !found {
		refuse(w, http.StatusBadRequest, "client version is too new. Maximum supported API version is 1.41")
		return
	}
	switch id := strings.TrimSuffix(strings.TrimPrefix(path, "containers/"), "/json"); {
	case path == "info":
		answer(w, map[string]string{"ID": "ID of " + d.Name, "Name": d.Name})
	case path == "containers/json":
		answer(w, d.listed(r.URL.Query().Get("all") == "1"))
	case strings.HasPrefix(path, "containers/"):
		i := slices.IndexFunc(d.containers, func(c Container) bool { return c.ID == id })
		if i < 0 {
			refuse(w, http.StatusNotFound, "No such container: "+id)
			return
		}
		answer(w, map[string]any{"Id": id, "Config": d.containers[i].Config})
	default:
		refuse(w, http.StatusNotFound, "page not found")
	}
}

func (d *Daemon) listed(all bool) []Container {
	listed := []Container{}
	for _, c := range d.containers {
		if all || c.State == "running" {
			listed = append(listed, c)
		}
	}
	return listed
}

func answer(w http.ResponseWriter, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(text) // whoever asked may have gone
}

func refuse(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"message": message})
}
