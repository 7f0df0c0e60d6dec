package launcher

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

func (s Settings) hasTLS() bool      { return s.Env.isSet(tlsCert, tlsKey, tlsKeystore) }
func (s Settings) hasPassword() bool { return s.Env.isSet(jmxmpPassword, jmxmpPasswordFile) }

// jmxmpContradictions are what is wrong with JMX's settings as they stand
// together, whatever is in the files. What protects is never left out: it is
// whole, or nothing starts.
func (s Settings) jmxmpContradictions() []error {
	has := s.Env.isSet
	const setTLS = "(set JMXMP_TLS_CERT and JMXMP_TLS_KEY, or JMXMP_TLS_KEYSTORE)"
	var problems []error
	for _, rule := range []struct {
		isBroken bool
		names    []string // the first of them that is set is told
		wrong    string
	}{
		{has(tlsKeystore) && has(tlsCert, tlsKey), []string{tlsKeystore}, "is set beside " + s.Env.firstSet(tlsCert, tlsKey) + " (unset one: a server has one certificate)"},
		{has(tlsCert) && !has(tlsKey, tlsKeystore), []string{tlsCert}, "has no key (set JMXMP_TLS_KEY to its PEM file)"},
		{has(tlsKey) && !has(tlsCert, tlsKeystore), []string{tlsKey}, "has no certificate (set JMXMP_TLS_CERT to its PEM file)"},
		{has(tlsKeystore) && !has(tlsKeystorePassword, tlsKeystorePasswordFile), []string{tlsKeystore}, "has no password (set JMXMP_TLS_KEYSTORE_PASSWORD_FILE, or JMXMP_TLS_KEYSTORE_PASSWORD)"},
		{!has(tlsKeystore), []string{tlsKeystorePassword, tlsKeystorePasswordFile}, "is for JMXMP_TLS_KEYSTORE, which is not set (set it, or unset this one)"},
		{has(tlsKeystorePasswordFile), []string{tlsKeystorePassword}, "is set beside JMXMP_TLS_KEYSTORE_PASSWORD_FILE (unset one)"},
		{!s.hasTLS(), []string{tlsClientCA}, "needs TLS " + setTLS},
		{has(jmxmpUserFile), []string{jmxmpUser}, "is set beside JMXMP_USER_FILE (unset one)"},
		{!s.hasPassword(), []string{jmxmpUser, jmxmpUserFile}, "has no password (set JMXMP_PASSWORD_FILE, or JMXMP_PASSWORD)"},
		{has(jmxmpPasswordFile), []string{jmxmpPassword}, "is set beside JMXMP_PASSWORD_FILE (unset one)"},
		{!s.hasTLS(), []string{jmxmpPassword, jmxmpPasswordFile}, "needs TLS, as it would cross the network in clear " + setTLS},
	} {
		if name := s.Env.firstSet(rule.names...); rule.isBroken && name != "" {
			problems = append(problems, &SettingError{Name: name, Err: errors.New(rule.wrong)})
		}
	}
	return problems
}

// isUnguarded tells whether whoever reaches JMX could run code in the service: in
// full, without TLS and a password.
func (s Settings) isUnguarded() bool { return s.JMXMP == "full" && !(s.hasTLS() && s.hasPassword()) }

// openToAll are the addresses beyond loopback where it is so.
func (s Settings) openToAll(addresses []netip.Addr) []netip.Addr {
	if !s.isUnguarded() {
		return nil
	}
	var open []netip.Addr
	for _, address := range addresses {
		if !address.IsLoopback() {
			open = append(open, address)
		}
	}
	return open
}

// refuseOpen refuses JMX that is open to all, unless a person wants just that.
func (s Settings) refuseOpen(addresses []netip.Addr) error {
	open := s.openToAll(addresses)
	if len(open) == 0 || bool(s.JMXMPInsecure) || !s.wantsJMX() {
		return nil
	}
	return &SettingError{Name: "JMXMP", Value: "full", Err: fmt.Errorf(
		"whoever reaches %s could run code in the service %s (set JMXMP_BIND=loopback, or TLS and a password, or JMXMP_INSECURE=true on a closed network)",
		endpoints(s, open), s.unguarded())}
}

// unguarded tells what is missing to serve JMX in full.
func (s Settings) unguarded() string {
	if s.hasTLS() {
		return "without a password"
	}
	return "without TLS and a password"
}

// jmxmpAdvice warns of what a person opened.
func jmxmpAdvice(s Settings, f Facts) []string {
	var lines []string
	open := s.openToAll(jmxmpAddresses(s, f))
	switch neighbours := f.Network.Mode.Neighbours(); {
	case len(open) > 0:
		lines = append(lines, fmt.Sprintf("JMXMP_INSECURE: whoever reaches %s can run code in the service %s (keep that network closed)",
			endpoints(s, open), s.unguarded()))
	case s.isUnguarded() && neighbours != "" && !bool(s.JMXMPInsecure):
		lines = append(lines, fmt.Sprintf("JMXMP full: %s can run code in the service %s, as they share its loopback (guard it, or set JMXMP_INSECURE=true where you trust them)",
			neighbours, s.unguarded()))
	}
	if len(s.JMXMPAllow) > 0 && s.JMXMP != "full" {
		lines = append(lines, "JMXMP_ALLOW: does nothing while JMXMP is "+string(s.JMXMP)+", where no operation of the service's own can be called (set JMXMP=full, or unset it)")
	} else if len(s.JMXMPAllow) > 0 {
		lines = append(lines, fmt.Sprintf("JMXMP_ALLOW: whoever may connect can have %s deserialised in the service, and runs the code that does it (allow no more than its MBeans take)",
			strings.Join(s.JMXMPAllow, ", ")))
	}
	for _, name := range s.unknownJMXMP() {
		lines = append(lines, name+" is set and not read (--entrypoint-help lists the settings)")
	}
	return lines
}

// unknownJMXMP are variables that look like settings of JMX and are none:
// misspelt, they leave JMX without what they were to protect it by. What
// Kubernetes sets for a Service named jmxmp does not count.
func (s Settings) unknownJMXMP() []string {
	var unknown []string
	for _, entry := range s.Env {
		name, _, _ := strings.Cut(entry, "=")
		isLink := strings.HasPrefix(name, "JMXMP_SERVICE_") || strings.HasPrefix(name, "JMXMP_PORT_")
		if strings.HasPrefix(name, "JMXMP_") && !isLink && !slices.Contains(jmxmpVariables, name) {
			unknown = append(unknown, shown(name))
		}
	}
	return unknown
}
