package host

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
)

// IMDS says how EC2's instance metadata service is to be asked.
type IMDS struct {
	Endpoint   string // empty: the usual one
	IPv6       bool   // the usual one is that of version 6
	Disabled   bool
	V1Disabled bool  // without a token there is no answer
	Err        error // why it can't be asked
}

// answerLimit bounds what IMDS may answer. A token has 56 bytes, an address 15.
const answerLimit = 4 << 10

const fromIMDS = "IMDS"

// instance is what IMDS tells.
type instance struct{ hostIP, instanceID Fact[string] }

// unknownInstance is an instance that nobody told of.
func unknownInstance(why error) instance {
	unknown := Fact[string]{Err: why}
	return instance{unknown, unknown}
}

// askIMDS asks for the host's private address, version 2 first, version 1 where
// no token is to be had; and by the way for the instance's id. It ends with ctx
// at the latest, and at once where nobody is there.
func askIMDS(ctx context.Context, q Query, out Outside) instance {
	if q.IMDS.Endpoint != "" && !isEndpoint(q.IMDS.Endpoint) {
		return unknownInstance(errors.New("AWS_EC2_METADATA_SERVICE_ENDPOINT is no address (it begins with http://)"))
	}
	ctx, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	client := imdsClient(q, out.Dial, giveUp)
	hostIP := timed(out, func() Fact[string] { return askHostIP(ctx, client) })
	if !hostIP.Known() {
		return instance{hostIP, Fact[string]{Err: hostIP.Err, Took: hostIP.Took}}
	}
	// The id is worth less than the address, and than the time that may be left.
	ctx, cancel := context.WithTimeout(ctx, q.Timeout/5)
	defer cancel()
	return instance{hostIP, timed(out, func() Fact[string] { return askInstanceID(ctx, client) })}
}

func imdsClient(q Query, dial Dialer, giveUp context.CancelCauseFunc) *imds.Client {
	mode, fallback := imds.EndpointModeStateIPv4, aws.TrueTernary
	if q.IMDS.IPv6 {
		mode = imds.EndpointModeStateIPv6
	}
	if q.IMDS.V1Disabled {
		fallback = aws.FalseTernary
	}
	return imds.New(imds.Options{
		Endpoint:          q.IMDS.Endpoint,
		EndpointMode:      mode,
		EnableFallback:    fallback,
		ClientEnableState: imds.ClientEnabled,
		Retryer:           aws.NopRetryer{},
		HTTPClient:        newClient(tokens{newTransport(q.Timeout, answerLimit+1, dial, giveUp), q.Timeout * 4 / 10}),
	})
}

// tokens sees to it that version 1 still has its turn after a token that never
// comes (a hop limit of 1), comes too slowly, or is none.
type tokens struct {
	http.RoundTripper
	patience time.Duration
}

// RoundTrip asks once.
func (t tokens) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Method != http.MethodPut {
		return t.RoundTripper.RoundTrip(request)
	}
	ctx, cancel := context.WithTimeout(request.Context(), t.patience)
	defer cancel()
	response, err := t.RoundTripper.RoundTrip(request.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	token := strings.TrimSpace(string(text))
	response.Body = io.NopCloser(strings.NewReader(token))
	response.ContentLength = int64(len(token))
	if response.StatusCode == http.StatusOK && !isToken(token) {
		response.StatusCode = http.StatusNotFound // by which the client goes on without
	}
	return response, nil
}

// isToken tells whether a text can be a header's value.
func isToken(text string) bool {
	return text != "" && len(text) < answerLimit && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}

// askHostIP asks for the address that other hosts of the network know; an
// instance in a subnet of version 6 alone has none of version 4.
func askHostIP(ctx context.Context, client *imds.Client) Fact[string] {
	text, err := askFor(ctx, client, "local-ipv4")
	var status interface{ HTTPStatusCode() int }
	if errors.As(err, &status) && status.HTTPStatusCode() == http.StatusNotFound {
		if six, errSix := askFor(ctx, client, "ipv6"); errSix == nil {
			text, err = six, nil
		}
	}
	if err != nil {
		return Fact[string]{Err: fmt.Errorf("IMDS: %w", shortCause(ctx, err))}
	}
	ip, ok := hostAddress(text)
	if !ok {
		return Fact[string]{Err: fmt.Errorf("IMDS: no address in its answer %q", cut(text, 40))}
	}
	return Fact[string]{Value: ip.String(), Source: fromIMDS}
}

// askInstanceID asks for i- and 8 or 17 digits.
func askInstanceID(ctx context.Context, client *imds.Client) Fact[string] {
	text, err := askFor(ctx, client, "instance-id")
	if err != nil {
		return Fact[string]{Err: fmt.Errorf("IMDS: %w", shortCause(ctx, err))}
	}
	digits, found := strings.CutPrefix(text, "i-")
	if !found || !IsHex(digits, 8) && !IsHex(digits, 17) {
		return Fact[string]{Err: fmt.Errorf("IMDS: no instance's id in its answer %q", cut(text, 40))}
	}
	return Fact[string]{Value: text, Source: fromIMDS}
}

func askFor(ctx context.Context, client *imds.Client, path string) (string, error) {
	answer, err := client.GetMetadata(ctx, &imds.GetMetadataInput{Path: path})
	if err != nil {
		return "", err
	}
	defer answer.Content.Close()
	text, err := io.ReadAll(answer.Content)
	if err == nil && len(text) > answerLimit {
		err = errTooLong
	}
	return strings.TrimSpace(string(text)), err
}

// hostAddress reads an address that a host can have.
func hostAddress(text string) (netip.Addr, bool) {
	ip, err := netip.ParseAddr(text)
	ip = ip.Unmap()
	ok := err == nil && ip.Zone() == "" && ip.IsGlobalUnicast()
	return ip, ok
}
