// Package docker asks a Docker daemon about its containers, and nothing else of
// it: it starts, stops and removes none. Which daemon, the variables say that the
// docker command reads: DOCKER_HOST, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH and
// DOCKER_API_VERSION.
package docker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/moby/moby/client"
)

const (
	// answerTime is what a daemon has for one answer. It is slow where disks are.
	answerTime = 30 * time.Second
	// answerBytes is how long one may be; a container takes about 2 KiB of it.
	answerBytes = 64 << 20
)

// Daemon is one that can be asked.
type Daemon struct {
	client *client.Client
	time   time.Duration // for one answer: what tests put another in for
}

// Open finds the daemon that the environment names. It asks it nothing yet.
func Open() (*Daemon, error) {
	if host := os.Getenv(client.EnvOverrideHost); strings.HasPrefix(host, "tcp://") && strings.Contains(host, "@") {
		return nil, errors.New("DOCKER_HOST=tcp://...@...: a user or password is nothing that a daemon is asked with (write tcp://HOST:PORT)")
	}
	c, err := client.New(client.FromEnv, client.WithDialContext(dial))
	if err != nil {
		return nil, fmt.Errorf("DOCKER_HOST and its kin: %w", err)
	}
	if strings.HasPrefix(c.DaemonHost(), "ssh://") {
		return nil, errors.Join(c.Close(), errors.New("DOCKER_HOST=ssh://...: not spoken here (run fleet on that machine, or forward its socket: ssh -L /tmp/docker.sock:/var/run/docker.sock HOST, and DOCKER_HOST=unix:///tmp/docker.sock)"))
	}
	return &Daemon{c, answerTime}, nil
}

// Close lets go of the connections.
func (d *Daemon) Close() error { return d.client.Close() }

// IsLocal tells whether the daemon is asked through a socket of this machine, as far
// as one can see: a tunnel to another machine looks like that, too.
func (d *Daemon) IsLocal() bool { return strings.HasPrefix(d.client.DaemonHost(), "unix://") }

// Host is where the daemon is asked.
func (d *Daemon) Host() string { return d.client.DaemonHost() }

// dial connects as the client would itself, but bounds what comes back.
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	at, err := client.ParseHostURL(cmp.Or(os.Getenv(client.EnvOverrideHost), client.DefaultDockerHost))
	if err != nil {
		return nil, err
	}
	if at.Scheme == "unix" { // of which HTTP knows nothing
		network, address = "unix", at.Host
	}
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &bounded{Conn: conn}, nil
}

// bounded is a connection on which an answer can't fill the memory: each question
// allows one of answerBytes.
type bounded struct {
	net.Conn
	read atomic.Int64
}

func (b *bounded) Write(question []byte) (int, error) {
	b.read.Store(0)
	return b.Conn.Write(question)
}

func (b *bounded) Read(answer []byte) (int, error) {
	n, err := b.Conn.Read(answer)
	if b.read.Add(int64(n)) > answerBytes {
		return 0, fmt.Errorf("an answer of more than %d MiB", answerBytes>>20)
	}
	return n, err
}

// inTime gives one question its deadline.
func (d *Daemon) inTime(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, d.time, d.late())
}

func (d *Daemon) late() error { return fmt.Errorf("the Docker daemon has not answered for %s", d.time) }

// failed is an error of the daemon's, with what was asked.
func failed(ctx context.Context, asked string, err error) error {
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return fmt.Errorf("docker: %s: %w", asked, oneLine{err})
}

// oneLine is an error whose words, which may be the daemon's, make no further line.
type oneLine struct{ error }

func (o oneLine) Error() string {
	if text := o.error.Error(); strings.Contains(text, "\n") {
		return strconv.Quote(text)
	}
	return o.error.Error()
}

func (o oneLine) Unwrap() error { return o.error }
