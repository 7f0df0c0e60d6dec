package launcher

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

// The agent is any variable's that it is told by: it ranks as that, and a bare
// start with one of them has it.
func TestJMXMPVariables(t *testing.T) {
	var named []string
	for _, s := range AllSettings() {
		if strings.HasPrefix(s.Name, "JMXMP") {
			named = append(named, s.Name)
		}
	}
	slices.Sort(named)
	if known := slices.Sorted(slices.Values(jmxmpVariables)); !slices.Equal(named, known) {
		t.Errorf("the settings are %q, the agent's are %q", named, known)
	}
}

// agentArguments are what the plan gives the agent.
func agentArguments(t *testing.T, p Plan) string {
	t.Helper()
	for _, word := range p.Argv {
		if arguments, is := strings.CutPrefix(word, "-javaagent:/opt/jvm/jmxmp-agent.jar="); is {
			return arguments
		}
	}
	t.Fatalf("no agent in %q", p.Argv)
	return ""
}

// Every setting reaches the agent; of a secret the name alone.
func TestAgentArguments(t *testing.T) {
	for _, test := range []struct{ environ, want string }{
		{"JMXMP=full", "port=5555,bind=127.0.0.1,access=full"},
		{"JMXMP_PORT=0", "port=0,bind=127.0.0.1,access=read-only"},
		{"JMXMP=full JMXMP_BIND=any JMXMP_INSECURE=yes", "port=5555,bind=0.0.0.0,access=full,insecure=true"},
		{"JMXMP_INSECURE=false JMXMP_ALLOW=a.B,a.c.*", "port=5555,bind=127.0.0.1,access=read-only,allow=a.B,allow=a.c.*"},
		{
			"JMXMP_TLS_CERT=/c JMXMP_TLS_KEY=k JMXMP_TLS_CLIENT_CA=/ca JMXMP_USER=me JMXMP_PASSWORD=hunter2",
			"port=5555,bind=127.0.0.1,access=read-only,tls-cert=/c,tls-key=k,tls-client-ca=/ca,user=me,password-env=JMXMP_PASSWORD",
		},
		{
			"JMXMP_TLS_KEYSTORE=/s JMXMP_TLS_KEYSTORE_PASSWORD=hunter2 JMXMP_USER_FILE=/u JMXMP_PASSWORD_FILE=/p",
			"port=5555,bind=127.0.0.1,access=read-only,tls-keystore=/s,user-file=/u,tls-keystore-password-env=JMXMP_TLS_KEYSTORE_PASSWORD,password-file=/p",
		},
		{
			"JMXMP_TLS_KEYSTORE=/s JMXMP_TLS_KEYSTORE_PASSWORD_FILE=/sp",
			"port=5555,bind=127.0.0.1,access=read-only,tls-keystore=/s,tls-keystore-password-file=/sp",
		},
	} {
		p := plan(t, request(t, strings.Fields(test.environ)...), container())
		if got := agentArguments(t, p); got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.environ, got, test.want)
		}
		json, err := p.JSON()
		if all := p.Explain() + p.Line() + string(json); err != nil || strings.Contains(all, "hunter2") {
			t.Errorf("%s: shows the password (%v): %s", test.environ, err, all)
		}
	}
}

// bridge is what Look finds where the container's address is reached by others.
func bridge() Facts {
	f := container()
	f.Network = host.Network{Mode: host.Bridge, Address: netip.MustParseAddr("172.17.0.2")}
	return f
}

const (
	withTLS      = " JMXMP_TLS_CERT=/c JMXMP_TLS_KEY=/k"
	withPassword = withTLS + " JMXMP_PASSWORD=hunter2"
)

// In full JMX runs code for whoever reaches it: beyond loopback only over TLS
// and with a password, or where a person says so.
func TestFullBeyondLoopback(t *testing.T) {
	for _, test := range []struct {
		environ  string
		facts    Facts
		refusal  string
		warnings int
	}{
		{"JMXMP=read-only JMXMP_BIND=any", bridge(), "", 0},
		{"JMXMP=full", container(), "", 0},
		{"JMXMP=full", bridge(), "172.17.0.2:5555 could run code in the service without TLS and a password (set JMXMP_BIND=loopback, or TLS and a password, or JMXMP_INSECURE=true ", 0},
		{"JMXMP=full JMXMP_BIND=loopback", bridge(), "", 0},
		{"JMXMP=full JMXMP_BIND=127.0.0.2,::1,::ffff:127.0.0.1", bridge(), "", 0},
		{"JMXMP=full JMXMP_BIND=any", container(), "0.0.0.0:5555 ", 0},
		{"JMXMP=full JMXMP_BIND=::1,::,10.0.0.5 JMXMP_PORT=6000", container(), "[::]:6000, 10.0.0.5:6000 ", 0},
		{"JMXMP=full" + withTLS, bridge(), "without a password ", 0},
		{"JMXMP=full JMXMP_TLS_CLIENT_CA=/ca" + withTLS, bridge(), "without a password ", 0},
		{"JMXMP=full" + withPassword, bridge(), "", 0},
		{"JMXMP=full JMXMP_INSECURE=true", bridge(), "", 1},
		{"JMXMP=full JMXMP_INSECURE=true JMXMP_BIND=any" + withTLS, container(), "", 1},
		{"JMXMP=full JMXMP_INSECURE=true", container(), "", 0},
		{"JMXMP=full JMXMP_INSECURE=true" + withPassword, bridge(), "", 0},
		{"JMXMP=read-only JMXMP_INSECURE=true", bridge(), "", 0},
		{"JMXMP=full JVM_DEFAULTS=-jmxmp", bridge(), "", 0},
		{"JMXMP=full JVM_DEFAULTS=off", bridge(), "172.17.0.2:5555 ", 0},
	} {
		r := request(t, strings.Fields(test.environ)...)
		p, err := NewPlan(r, test.facts)
		var setting *SettingError
		switch {
		case test.refusal == "" && err != nil:
			t.Errorf("%s: %v", test.environ, err)
		case test.refusal == "":
			if len(p.Warnings) != test.warnings || test.warnings > 0 && !strings.HasPrefix(p.Warnings[0], "JMXMP_INSECURE: whoever reaches ") {
				t.Errorf("%s: warnings %q", test.environ, p.Warnings)
			}
		case !errors.As(err, &setting) || setting.Name != "JMXMP" || len(Lines(err)) != 1 || !strings.Contains(err.Error(), test.refusal):
			t.Errorf("%s: %v, want %s", test.environ, err, test.refusal)
		}
	}
}

// Loopback is not the service's alone everywhere.
func TestSharedLoopback(t *testing.T) {
	for _, test := range []struct {
		mode    host.Mode
		environ string
		want    string // of the warning
	}{
		{host.Bridge, "JMXMP=full JMXMP_BIND=loopback JVM_DEBUG_PORT=5005", ""},
		{host.Fargate, "JMXMP_BIND=loopback", ""},
		{host.Fargate, "JMXMP=full", "JMXMP full: all containers of the task can run code in the service without TLS and a password, as they share its loopback "},
		{host.AWSVPC, "JMXMP=full" + withTLS, "all containers of the task can run code in the service without a password, "},
		{host.Kubernetes, "JMXMP=full", "all containers of the pod can run code "},
		{host.HostMode, "JMXMP=full", "all processes of the host can run code "},
		{host.Kubernetes, "JMXMP=full" + withPassword, ""},
		{host.Kubernetes, "JMXMP=full JMXMP_INSECURE=true", ""},
		{host.Kubernetes, "JMXMP=full JVM_DEFAULTS=-jmxmp", ""},
		{host.Kubernetes, "JVM_DEBUG_PORT=5005 JVM_DEFAULTS=-debugger", ""},
		{host.Kubernetes, "JVM_DEBUG_PORT=5005 JVM_ARGS=-agentlib:jdwp=transport=dt_socket", ""},
		{host.Kubernetes, "JVM_DEBUG_PORT=5005", "JVM_DEBUG_PORT: all containers of the pod reach 127.0.0.1:5005, by which they can run code in the service "},
	} {
		f := container()
		f.Network.Mode = test.mode
		p := plan(t, request(t, strings.Fields(test.environ)...), f)
		if got := strings.Join(p.Warnings, "\n"); (got == "") != (test.want == "") || len(p.Warnings) > 1 || !strings.Contains(got, test.want) {
			t.Errorf("%s, %s: %q, want %q", test.mode, test.environ, got, test.want)
		}
	}
}

// What a person asked for is told, and not refused by a strict start.
func TestAllowedClassesAreTold(t *testing.T) {
	p := plan(t, request(t, "JMXMP=full", "JMXMP_BIND=loopback", "JMXMP_ALLOW=com.acme.Order, com.acme.dto.*", "ENTRYPOINT_STRICT=true"), container())
	if len(p.Warnings) != 1 || !strings.Contains(p.Warnings[0], "whoever may connect can have com.acme.Order, com.acme.dto.* deserialised") {
		t.Errorf("warnings %q", p.Warnings)
	}
	p = plan(t, request(t, "JMXMP_ALLOW=com.acme.Order"), container())
	if len(p.Warnings) != 1 || !strings.Contains(p.Warnings[0], "does nothing while JMXMP is read-only") {
		t.Errorf("read-only: warnings %q", p.Warnings)
	}
	if p := plan(t, request(t, "JMXMP_ALLOW=com.acme.Order", "JMXMP=off"), container()); len(p.Warnings) > 0 {
		t.Errorf("off: warnings %q", p.Warnings)
	}
}

// The agent's class files are Java 8's: an older one would not start with it.
func TestAgentNeedsJava8(t *testing.T) {
	for text, want := range map[string]bool{"1.7.0_80": false, "1.8.0_504": true, "25": true} {
		r := request(t)
		r.Program.Version, _ = jvm.ParseVersion(text)
		p := plan(t, r, container())
		if got := has(p, "-javaagent:"); got != want || len(p.Warnings) > 0 == want {
			t.Errorf("%s: agent: %t, warnings %q", text, got, p.Warnings)
		}
	}
}

// A free port is nobody else's, whatever numbers their arguments hold.
func TestFreePortIsNobodyElses(t *testing.T) {
	p := plan(t, request(t, "JMXMP_PORT=0", "JVM_ARGS=-javaagent:/opt/other.jar=0 -agentlib:jdwp=transport=dt_socket,server=y,address=0"), container())
	if !strings.HasPrefix(agentArguments(t, p), "port=0,") || len(p.Warnings) > 0 {
		t.Errorf("plans %q with warnings %q", p.Argv, p.Warnings)
	}
}

// People are told in one line what is served, where, and what guards it.
func TestExplainTellsJMX(t *testing.T) {
	for environ, want := range map[string]string{
		"":                          "\nJMX              read-only on 127.0.0.1:5555, 172.17.0.2:5555 (neither TLS nor password)\n",
		"JMXMP=full" + withPassword: "\nJMX              full on 127.0.0.1:5555, 172.17.0.2:5555 (TLS, password)\n",
		"JMXMP_BIND=::1 JMXMP_TLS_CLIENT_CA=/ca" + withTLS: "\nJMX              read-only on [::1]:5555 (TLS, client certificates)\n",
	} {
		if page := plan(t, request(t, strings.Fields(environ)...), bridge()).Explain(); !strings.Contains(page, want) {
			t.Errorf("%s: no %q in\n%s", environ, want, page)
		}
	}
	for _, environ := range []string{"JMXMP=off", "JVM_ARGS=-javaagent:/mine/jmxmp-agent.jar=access=full"} {
		if page := plan(t, request(t, environ), bridge()).Explain(); strings.Contains(page, "\nJMX ") {
			t.Errorf("%s:\n%s", environ, page)
		}
	}
}

// What protects nothing, though somebody meant it to, is told.
func TestProtectionThatIsNone(t *testing.T) {
	for _, test := range []struct{ variable, want string }{
		{"JMXMP_PASSWD=x", "JMXMP_PASSWD is set and not read"},
		{"JMXMP_TSL_CERT=/a", "JMXMP_TSL_CERT is set and not read"},
		{"JMXMP_SERVICE_HOST=10.0.0.1", ""},
		{"JMXMP_PORT_5555_TCP_ADDR=10.0.0.1", ""},
		{"JMXMPX=1", ""},
		{"JMXMP_PASSWORD=", "JMXMP_PASSWORD is set and empty"},
		{"JMXMP_TLS_CLIENT_CA=", "JMXMP_TLS_CLIENT_CA is set and empty"},
		{"JMXMP_USER=", ""},
	} {
		r := request(t, test.variable)
		var err error
		if r.Protection, err = ReadProtection(r.Settings, reads(nil)); err != nil {
			t.Fatal(err)
		}
		warnings := strings.Join(plan(t, r, container()).Warnings, "\n")
		if test.want == "" && warnings != "" || !strings.Contains(warnings, test.want) {
			t.Errorf("%s: warnings %q", test.variable, warnings)
		}
	}
}
