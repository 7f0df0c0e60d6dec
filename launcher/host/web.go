package host

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// The metadata services of EC2 and ECS are link-local, and whatever answers in
// their place is not to be trusted: no proxy, no redirect; an answer's size
// bounded; and no wait that leaves no time for what could be tried instead.

// headersMost bounds the headers of an answer.
const headersMost = 4 << 10

// newTransport waits for a connection no longer than three tenths of the budget
// and takes no more of a body than a number of bytes. Where not even a
// connection comes about, giveUp spares the next request to the same address the
// same wait.
func newTransport(budget time.Duration, most int64, dial Dialer, giveUp context.CancelCauseFunc) http.RoundTripper {
	return bounded{&http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			ctx, cancel := context.WithTimeout(ctx, budget*3/10)
			defer cancel()
			conn, err := dial(ctx, network, address)
			if err != nil {
				giveUp(err)
			}
			return conn, err
		},
		MaxResponseHeaderBytes: headersMost,
	}, most}
}

func newClient(transport http.RoundTripper) *http.Client {
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// bounded cuts a response's body, since its reader reads it whole.
type bounded struct {
	http.RoundTripper
	most int64
}

// RoundTrip asks once.
func (b bounded) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := b.RoundTripper.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	response.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(response.Body, b.most), response.Body}
	return response, nil
}

// isEndpoint tells an address that can be asked. What is wrong with another one
// is not shown: it may hold a password.
func isEndpoint(text string) bool {
	at, err := url.Parse(text)
	return err == nil && (at.Scheme == "http" || at.Scheme == "https") && at.Hostname() != ""
}

// shortCause gives the short reason out of a client's long chain of them.
func shortCause(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		err = cause // what made us give up, not that we did
	}
	var timeout interface{ Timeout() bool }
	var status interface{ HTTPStatusCode() int }
	switch {
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return errors.New("no answer in time")
	case errors.As(err, &status):
		return fmt.Errorf("HTTP status %d", status.HTTPStatusCode())
	}
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		err = inner
	}
	// Some of the client's errors hide what they wrap.
	if _, behind, found := strings.Cut(err.Error(), "StatusCode: "); found {
		code, _, _ := strings.Cut(behind, ",")
		return fmt.Errorf("HTTP status %s", code)
	}
	return errors.New(cut(err.Error(), 100)) // which may quote an answer
}

// cut shortens a text from outside for a message.
func cut(text string, most int) string {
	if len(text) > most {
		return text[:most] + "..."
	}
	return text
}
