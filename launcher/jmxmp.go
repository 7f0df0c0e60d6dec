package launcher

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

// jmxmpVariables are all that the agent is told by.
var jmxmpVariables = []string{
	"JMXMP", "JMXMP_PORT", "JMXMP_BIND", "JMXMP_AGENT", "JMXMP_INSECURE", "JMXMP_ALLOW",
	tlsCert, tlsKey, tlsKeystore, tlsKeystorePassword, tlsKeystorePasswordFile, tlsClientCA,
	jmxmpUser, jmxmpUserFile, jmxmpPassword, jmxmpPasswordFile,
}

// The variables that protect JMX.
const (
	tlsCert                 = "JMXMP_TLS_CERT"
	tlsKey                  = "JMXMP_TLS_KEY"
	tlsKeystore             = "JMXMP_TLS_KEYSTORE"
	tlsKeystorePassword     = "JMXMP_TLS_KEYSTORE_PASSWORD"
	tlsKeystorePasswordFile = "JMXMP_TLS_KEYSTORE_PASSWORD_FILE"
	tlsClientCA             = "JMXMP_TLS_CLIENT_CA"
	jmxmpUser               = "JMXMP_USER"
	jmxmpUserFile           = "JMXMP_USER_FILE"
	jmxmpPassword           = "JMXMP_PASSWORD"
	jmxmpPasswordFile       = "JMXMP_PASSWORD_FILE"
)

// protecting are those that somebody who sets them counts on.
var protecting = []string{
	tlsCert, tlsKey, tlsKeystore, tlsKeystorePassword, tlsKeystorePasswordFile, tlsClientCA, jmxmpPassword, jmxmpPasswordFile,
}

// secretFiles are those whose value is no secret as long as it is what it should be.
var secretFiles = []string{tlsKey, tlsKeystore, tlsKeystorePasswordFile, jmxmpUserFile, jmxmpPasswordFile}

// mayBeSecret tells whether a variable that names a file of a secret may hold the
// secret itself, as people write it there by mistake: it does not begin as paths do.
func mayBeSecret(variable, value string) bool {
	return slices.Contains(secretFiles, variable) && !strings.HasPrefix(value, "/")
}

// wantsJMX tells whether the agent is called for, as other default options are.
func (s Settings) wantsJMX() bool {
	return s.JMXMP != "off" && !s.isLeftOut("jmxmp") &&
		(!s.isOff() || s.Env.isSet(jmxmpVariables...))
}

// jmxmp gives the agent. Of passwords its arguments, which whoever lists
// processes sees, have the variable's or the file's name.
func jmxmp(in inputs) [][]string {
	if in.JMXMP == "off" {
		return nil
	}
	arguments := []string{fmt.Sprintf("port=%d", in.JMXMPPort)}
	add := func(key, value string) {
		if value != "" {
			arguments = append(arguments, key+"="+value)
		}
	}
	addVariable := func(key, variable string) {
		if in.Env.isSet(variable) {
			add(key, variable)
		}
	}
	for _, address := range jmxmpAddresses(in.Settings, in.Facts) {
		add("bind", address.String())
	}
	add("access", string(in.JMXMP))
	if in.JMXMPInsecure {
		add("insecure", "true")
	}
	for _, name := range in.JMXMPAllow {
		add("allow", name)
	}
	add("tls-cert", string(in.JMXMPTLSCert))
	add("tls-key", string(in.JMXMPTLSKey))
	add("tls-keystore", string(in.JMXMPTLSKeystore))
	add("tls-client-ca", string(in.JMXMPTLSClientCA))
	add("user", string(in.JMXMPUser))
	add("user-file", string(in.JMXMPUserFile))
	// Last, since all behind them is masked.
	addVariable("tls-keystore-password-env", tlsKeystorePassword)
	add("tls-keystore-password-file", string(in.JMXMPTLSKeystorePasswordFile))
	addVariable("password-env", jmxmpPassword)
	add("password-file", string(in.JMXMPPasswordFile))
	return [][]string{{"-javaagent:" + string(in.JMXMPAgent) + "=" + strings.Join(arguments, ",")}}
}

// jmxmpAddresses are where the agent listens. On a bridge the port mapping
// decides who reaches the container's address; elsewhere anybody on the
// network would, so there it is loopback alone unless told otherwise.
func jmxmpAddresses(s Settings, f Facts) []netip.Addr {
	if !s.JMXMPBind.Auto {
		return s.JMXMPBind.Addresses
	}
	if f.Network.Mode == host.Bridge && f.Network.Address.IsValid() {
		return []netip.Addr{loopback, f.Network.Address}
	}
	return []netip.Addr{loopback}
}

// agentModules are what the agent's jar needs of java, which an image made by
// jlink may lack: java would not start with it.
var agentModules = []string{"java.instrument", "java.management"}

// agentJava is the oldest Java that can load the agent; an older one would end.
const agentJava = 8

// noAgent is why the agent can't be used, or would keep java from starting:
// whoever else wants its port may come second, and end java by that.
func noAgent(in inputs) string {
	if in.AgentErr != nil {
		return fmt.Sprintf("JMXMP_AGENT %s: %v", in.JMXMPAgent, cause(in.AgentErr))
	}
	if !in.Version.AtLeast(agentJava) {
		return fmt.Sprintf("JMXMP_AGENT %s: it needs Java %d or later", in.JMXMPAgent, agentJava)
	}
	for _, module := range agentModules {
		if reason := noModule(in, fmt.Sprintf("JMXMP_AGENT %s", in.JMXMPAgent), module); reason != "" {
			return reason
		}
	}
	if in.JMXMPPort == 0 { // nobody else has a free one
		return ""
	}
	for _, o := range in.final {
		ours := strings.HasPrefix(o.Words[0], "-javaagent:"+string(in.JMXMPAgent)+"=")
		if !ours && o.NamesPort(uint16(in.JMXMPPort)) {
			return fmt.Sprintf("JMXMP_PORT %d: %s (%s) takes it", in.JMXMPPort, o.Name(), o.Source)
		}
	}
	return ""
}

// servesJMX tells whether the agent is among java's options, by us.
func servesJMX(options []jvm.Kept) bool {
	return slices.ContainsFunc(options, func(o jvm.Kept) bool { return isDefaultAgent(o.Option) })
}

// isDefaultAgent tells whether we add it; one that people write is theirs.
func isDefaultAgent(o jvm.Option) bool {
	return o.Source == ofDefault+"jmxmp" || slices.Contains(jmxmpVariables, o.Source)
}

// jmx tells people what is served, where, and what guards it; nothing where
// our agent does not.
func (p Plan) jmx() (served, guarded string) {
	if !servesJMX(p.Options) {
		return "", ""
	}
	s := p.Request.Settings
	var guards []string
	for _, guard := range []struct {
		name string
		is   bool
	}{{"TLS", s.hasTLS()}, {"password", s.hasPassword()}, {"client certificates", s.JMXMPTLSClientCA != ""}} {
		if guard.is {
			guards = append(guards, guard.name)
		}
	}
	if len(guards) == 0 {
		guards = []string{"neither TLS nor password"}
	}
	return string(s.JMXMP) + " on " + endpoints(s, jmxmpAddresses(s, p.Facts)), strings.Join(guards, ", ")
}

func endpoints(s Settings, addresses []netip.Addr) string {
	var list []string
	for _, address := range addresses {
		list = append(list, netip.AddrPortFrom(address, uint16(s.JMXMPPort)).String())
	}
	return strings.Join(list, ", ")
}
