// Package docker asks a Docker daemon about its containers, and nothing else of
// it: it starts, stops and removes none. Which daemon, the variables say that the
// docker command reads: DOCKER_HOST, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH and
// DOCKER_API_VERSION.
package docker

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/moby/moby/client"
)

const (
	// answerTime is what a daemon has for one answer. It is slow where disks are.
	answerTime = 30 * time.Second
	// answerBytes is how long one may be; a container takes about 2 KiB of it.
	answerBytes = 256 << 20
)

// Daemon is one that can be asked.
type Daemon struct{ client *client.Client }

// Open finds the daemon that the environment names. It asks it nothing yet.
func Open() (*Daemon, error) {
	c, err := client.New(client.FromEnv, client.WithResponseHook(bound))
	if err != nil {
		return nil, fmt.Errorf("DOCKER_HOST and its kin: %w", err)
	}
	if strings.HasPrefix(c.DaemonHost(), "ssh://") {
		return nil, errors.Join(c.Close(), errors.New("DOCKER_HOST=ssh://...: not spoken here (run fleet on that machine, or forward its socket: ssh -L /tmp/docker.sock:/var/run/docker.sock HOST, and DOCKER_HOST=unix:///tmp/docker.sock)"))
	}
	return &Daemon{c}, nil
}

// Close lets go of the connections.
func (d *Daemon) Close() error { return d.client.Close() }

// bound keeps an answer from filling the memory. Only events have no end.
func bound(answer *http.Response) {
	if !strings.HasSuffix(answer.Request.URL.Path, "/events") {
		answer.Body = http.MaxBytesReader(nil, answer.Body, answerBytes)
	}
}

// inTime gives one question its deadline.
func inTime(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, answerTime, fmt.Errorf("the Docker daemon has not answered for %s", answerTime))
}

// failed is an error of the daemon's, with what was asked.
func failed(ctx context.Context, asked string, err error) error {
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return fmt.Errorf("docker: %s: %w", asked, err)
}
