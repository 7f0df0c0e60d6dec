package launcher

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// trainingStep is how far a training is that settings are for: at first nothing
// counts that an earlier one left.
type trainingStep int

const (
	noTraining trainingStep = iota
	planned
	underWay
)

// Readiness is how a training learns that the service is ready: by one of these.
type Readiness struct {
	URL     string
	Port    uint16
	After   time.Duration
	Pattern *regexp.Regexp // of a line of its output
}

// UnmarshalText reads http://127.0.0.1:8080/health, 8080, 20s or a pattern.
func (r *Readiness) UnmarshalText(text []byte) error {
	value := string(text)
	if isURL(value) {
		if at, err := url.Parse(value); err != nil || at.Scheme != "http" || at.Host == "" {
			return errors.New("not a URL of plain http (use http://127.0.0.1:8080/health)")
		}
		*r = Readiness{URL: value}
		return nil
	}
	if strings.Trim(value, "0123456789") == "" {
		port, err := strconv.ParseUint(value, 10, 16)
		if err != nil || port == 0 {
			return errors.New("not a port (use 1 to 65535)")
		}
		*r = Readiness{Port: uint16(port)}
		return nil
	}
	if after, err := time.ParseDuration(value); err == nil {
		if after <= 0 {
			return errors.New("not a time to wait (use 20s)")
		}
		*r = Readiness{After: after}
		return nil
	}
	if strings.HasPrefix(value, "/") || likeAddress.MatchString(value) {
		return errors.New("not a URL (write it whole: http://127.0.0.1:8080/health)")
	}
	pattern, err := regexp.Compile(value)
	if err != nil {
		return fmt.Errorf("not a pattern: %w (use Go's regular expressions, or a URL, a port or a time)", err)
	}
	*r = Readiness{Pattern: pattern}
	return nil
}

// likeAddress is what would hardly be a pattern of a line.
var likeAddress = regexp.MustCompile(`^[\w.-]+:\d+(/|$)`)

// address is where the service listens when it is ready; empty where that is not told.
func (r Readiness) address() string {
	switch at, err := url.Parse(r.URL); {
	case r.Port > 0:
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(int(r.Port)))
	case r.URL != "" && err == nil:
		return net.JoinHostPort(at.Hostname(), cmp.Or(at.Port(), "80"))
	}
	return ""
}

// lack is what was missing, in words; a URL gave an answer of its own.
func (r Readiness) lack(answer error) string {
	switch {
	case r.URL != "" && answer != nil:
		return maskText(r.URL) + " did not answer well: " + answer.Error()
	case r.URL != "":
		return maskText(r.URL) + " did not answer"
	case r.Port > 0:
		return fmt.Sprintf("nobody listened on port %d", r.Port)
	case r.Pattern != nil:
		return fmt.Sprintf("no line was like %q", r.Pattern)
	}
	return fmt.Sprintf("it did not run for %v", r.After)
}

func isURL(text string) bool {
	return strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "https://")
}

// Traffic is what is done when the service is ready: a command, or URLs that are asked.
type Traffic Words

// UnmarshalText reads a command or URLs.
func (t *Traffic) UnmarshalText(text []byte) error {
	if err := (*Words)(t).UnmarshalText(text); err != nil {
		return err
	}
	isOther := func(word string) bool { return !isURL(word) }
	if len(*t) > 0 && isURL((*t)[0]) && slices.ContainsFunc(*t, isOther) {
		return errors.New("neither a command nor URLs alone (write each URL whole, with http://)")
	}
	return nil
}

// Patience is how long something may take.
type Patience time.Duration

// UnmarshalText reads 90s or 10m.
func (p *Patience) UnmarshalText(text []byte) error {
	patience, err := time.ParseDuration(string(text))
	if err != nil || patience <= 0 {
		return errors.New("not a time to wait (use 90s or 10m)")
	}
	*p = Patience(patience)
	return nil
}
