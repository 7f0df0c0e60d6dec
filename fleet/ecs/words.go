package ecs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"jvm-entrypoint/fleet/words"

	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
)

// denials are the codes for a permission that is missing.
var denials = []string{"AccessDeniedException", "AccessDenied", "UnauthorizedOperation"}

// advice is what a refusal of AWS' means, by its codes, and what to do.
var advice = []struct {
	codes []string
	words func(action string, s scope, message string) string
}{
	{
		denials,
		func(action string, _ scope, message string) string { return denied(action, message) },
	},
	{
		[]string{"ExpiredTokenException", "ExpiredToken", "RequestExpired"},
		func(string, scope, string) string {
			return "the AWS credentials have expired (log in again, or fetch new ones)"
		},
	},
	{
		[]string{"UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure", "InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature", "MissingAuthenticationToken"},
		func(_ string, _ scope, message string) string {
			return "AWS does not take the credentials: " + message + " (look at AWS_PROFILE or AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, AWS_REGION and the clock)"
		},
	},
	{
		[]string{"ClusterNotFoundException"},
		func(_ string, s scope, _ string) string {
			return fmt.Sprintf("there is no cluster %s in %s (aws ecs list-clusters tells which there are; AWS_REGION says where to look)", shown(s.cluster), s.region)
		},
	},
	{
		[]string{"ServiceNotFoundException", "ServiceNotActiveException"},
		func(_ string, s scope, _ string) string {
			return fmt.Sprintf("there is no service %s in cluster %s in %s (aws ecs list-services --cluster %s tells which there are)", shown(s.service), shown(s.cluster), s.region, shown(s.cluster))
		},
	},
}

// inWords tells why a call came to nothing. The action is named as an IAM policy
// names it.
func inWords(ctx context.Context, action string, s scope, err error) error {
	var refused smithy.APIError
	switch {
	case errors.Is(err, context.Canceled):
		return errors.New("interrupted")
	case ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded) && !errors.As(err, &refused):
		return fmt.Errorf("%s: no answer in time (%v for everything)", action, wait)
	case errors.As(err, new(*ratelimit.QuotaExceededError)):
		return fmt.Errorf("%s: AWS throttles or fails too often: %s (try again later, or ask for less by --service or --task)", action, shown(reason(err)))
	case !errors.As(err, &refused):
		return fmt.Errorf("%s: %s", action, shown(reason(err)))
	}
	for _, known := range advice {
		if slices.Contains(known.codes, refused.ErrorCode()) {
			return errors.New(known.words(action, s, shown(refused.ErrorMessage())))
		}
	}
	words := fmt.Sprintf("%s: %s: %s", action, shown(refused.ErrorCode()), shown(refused.ErrorMessage()))
	if _, throttled := retry.DefaultThrottleErrorCodes[refused.ErrorCode()]; throttled {
		words += " (try again later, or ask for less by --service or --task)"
	}
	return errors.New(words)
}

func isDenied(err error) bool {
	var refused smithy.APIError
	return errors.As(err, &refused) && slices.Contains(denials, refused.ErrorCode())
}

// who is the caller in a refusal.
var who = regexp.MustCompile(`User: (arn:[^ ]+) is not authorized`)

func denied(action, message string) string {
	caller := "the caller"
	if found := who.FindStringSubmatch(message); found != nil {
		caller = found[1]
	}
	if strings.Contains(message, "explicit deny") {
		return fmt.Sprintf("%s: not permitted to %s (a policy denies it explicitly)", action, caller)
	}
	return fmt.Sprintf("%s: not permitted to %s (allow %s in its IAM policy; docs/fleet.md has one)", action, caller, action)
}

// reason is what a person can do something with of an error that is no refusal.
func reason(err error) string {
	var onTheWay *url.Error
	switch {
	case errors.Is(err, errTooLong):
		return errTooLong.Error()
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection ended early"
	case errors.As(err, &onTheWay):
		return onTheWay.Err.Error()
	case errors.As(err, new(*smithy.DeserializationError)):
		return "what answers is not AWS: " + rootOf(err)
	}
	return rootOf(err)
}

// rootOf is the innermost of an error's causes: the SDK wraps them in a line of
// request ids and counts.
func rootOf(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}

// short ends a name where none of AWS' own is as long.
func short(text string) string {
	const most = 300
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "..."
	}
	return text
}

// shown is a text of others' within a line of ours: what could do something to a
// terminal, or begin another line, is quoted.
func shown(text string) string { return words.Plain(short(text)) }
