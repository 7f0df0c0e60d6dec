package host

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
)

// answerLimit bounds what IMDS may answer. A token has 56 bytes, an address 15.
const answerLimit = 4 << 10

// mayAskIMDS tells whether there can be an instance metadata service, and
// whether it is wanted.
func mayAskIMDS(q Query, mode Mode) bool {
	return q.Timeout > 0 && !q.IMDSDisabled && mode != Fargate && mode != Kubernetes && mode != None
}

// askIMDS asks EC2's instance metadata service for the host's private address:
// version 2 first, version 1 where no token is to be had. It ends with ctx at
// the latest, and at once where nobody is there.
func askIMDS(ctx context.Context, q Query, dial Dialer) (netip.Addr, error) {
	ctx, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	client := imds.New(imds.Options{
		Endpoint:          q.IMDSEndpoint,
		ClientEnableState: imds.ClientEnabled,
		Retryer:           aws.NopRetryer{},
		HTTPClient:        imdsHTTP(q.Timeout, dial, giveUp),
	})
	answer, err := client.GetMetadata(ctx, &imds.GetMetadataInput{Path: "local-ipv4"})
	if err != nil {
		return netip.Addr{}, fmt.Errorf("IMDS: %w", imdsCause(ctx, err))
	}
	defer answer.Content.Close()
	text, err := io.ReadAll(answer.Content)
	if err != nil {
		return netip.Addr{}, fmt.Errorf("IMDS: %w", imdsCause(ctx, err))
	}
	ip, ok := hostAddress(strings.TrimSpace(string(text)))
	if !ok {
		return netip.Addr{}, fmt.Errorf("IMDS: no address in its answer %q", cut(string(text), 40))
	}
	return ip, nil
}

// hostAddress reads an address that a host can have.
func hostAddress(text string) (netip.Addr, bool) {
	ip, err := netip.ParseAddr(text)
	ok := err == nil && ip.Zone() == "" && !ip.IsUnspecified() && !ip.IsLoopback() && !ip.IsMulticast()
	return ip, ok
}

// imdsHTTP is a client that suits a link-local service and a short budget: no
// proxy, no redirect, no address book of connections; an answer's size bounded;
// a header awaited for less than half of the budget, so that after a token
// that never comes (a hop limit of 1) version 1 still gets its turn. Where not
// even a connection comes about, giveUp spares version 1 the same wait.
func imdsHTTP(budget time.Duration, dial Dialer, giveUp context.CancelCauseFunc) *http.Client {
	transport := &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			ctx, cancel := context.WithTimeout(ctx, budget*3/10)
			defer cancel()
			conn, err := dial(ctx, network, address)
			if err != nil {
				giveUp(err)
			}
			return conn, err
		},
		ResponseHeaderTimeout:  budget * 4 / 10,
		MaxResponseHeaderBytes: answerLimit,
		DisableKeepAlives:      true,
	}
	return &http.Client{
		Transport:     bounded{transport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// bounded cuts a response's body at answerLimit, since the client reads it whole.
type bounded struct{ http.RoundTripper }

func (b bounded) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := b.RoundTripper.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	response.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(response.Body, answerLimit), response.Body}
	return response, nil
}

// imdsCause gives the short reason out of the client's long chain of them.
func imdsCause(ctx context.Context, err error) error {
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
	return err
}

// cut shortens a text from outside for a message.
func cut(text string, most int) string {
	if len(text) > most {
		return text[:most] + "..."
	}
	return text
}
