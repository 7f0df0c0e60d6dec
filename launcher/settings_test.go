package launcher

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// Every wrong value is refused by its variable's name.
func TestParseSettingsRefuses(t *testing.T) {
	for _, variable := range []string{
		"JVM_ARGS='open", "JVM_OPTS=open\\", "JVM_DEFAULTS=hostname", "JVM_DEFAULTS=-nothing", "JVM_HEAP=1m", "JVM_HEAP=150%",
		"JVM_MAIN_CLASS=-cp", "JVM_MAIN_CLASS=a b", "JVM_MAIN_CLASS=/etc/x", "JVM_MAIN_CLASS=src/Main.java", "JVM_CLASS_PATH=/x", "JVM_LOG_ROOT=log", "JVM_HEAP_DUMP_ROOT=./x",
		"JVM_RUN_AS=me:", "HOST_IP=10.0.0.1 10.0.0.2", "DATADOG_HOST=a\tb", "DD_AGENT_HOST=a\nb", "LOGGLY_ENABLED=2",
		"CONTAINER_ID=../etc", "CONTAINER_ID=.hidden", "CONTAINER_ID=a/b", "CONTAINER_ID=" + strings.Repeat("a", 129),
		"JMXMP=on", "JMXMP_PORT=-1", "JMXMP_PORT=65536", "JMXMP_PORT=+5", "JMXMP_PORT=tcp://10.0.0.1:5555", "JMXMP_BIND=eth0", "JMXMP_BIND=::1%lo",
		"JMXMP_BIND=127.0.0.1,", "JMXMP_AGENT=/a=b.jar", "ENTRYPOINT_HOST_IP_TIMEOUT=500", "ENTRYPOINT_HOST_IP_TIMEOUT=-1s",
		"JMXMP_INSECURE=maybe", "JMXMP_TLS_CERT=/a,b", "JMXMP_TLS_KEY=/a,b", "JMXMP_TLS_KEYSTORE=/a,b", "JMXMP_TLS_KEYSTORE_PASSWORD_FILE=/a,b",
		"JMXMP_TLS_CLIENT_CA=,", "JMXMP_USER_FILE=/a,b", "JMXMP_PASSWORD_FILE=/a,b", "JMXMP_USER=a,b", "JMXMP_USER=a\nb", "JMXMP_USER=a\x7f",
		"JMXMP_PASSWORD=a\n", "JMXMP_TLS_KEYSTORE_PASSWORD=a\r",
		"JMXMP_ALLOW=*", "JMXMP_ALLOW=.*", "JMXMP_ALLOW=com.*.Order", "JMXMP_ALLOW=com.acme.Ord*", "JMXMP_ALLOW=a.B,", "JMXMP_ALLOW=[La.B;", "JMXMP_ALLOW=a..B", "JMXMP_ALLOW=a.1B", "JMXMP_ALLOW=!a.B", "JMXMP_ALLOW=a/B",
		"ENTRYPOINT_LOG=loud", "ENTRYPOINT_STRICT=maybe",
	} {
		_, err := ParseSettings([]string{variable})
		name, _, _ := strings.Cut(variable, "=")
		var setting *SettingError
		if !errors.As(err, &setting) || setting.Name != name || len(Lines(err)) != 1 {
			t.Errorf("%q: %v", variable, err)
		}
	}
}

func TestParseSettingsAccepts(t *testing.T) {
	for _, value := range []string{"true", "TRUE", "on", "yes", "1"} {
		if s := settings(t, "ENTRYPOINT_STRICT="+value); !s.Strict {
			t.Errorf("%s is not true", value)
		}
	}
	for _, value := range []string{"false", "off", "No", "0", ""} {
		if s := settings(t, "ENTRYPOINT_STRICT="+value); s.Strict {
			t.Errorf("%s is true", value)
		}
	}
	s := settings(t, "JVM_ARGS=-Xmx1g\r\n-Da=b\r", "JVM_MAIN_CLASS=my-app.Main$Inner", "JMXMP_BIND=10.0.0.5, ::1", "=x", "JVM_HEAP=", "JVM_HEAP=12q")
	if !slices.Equal(s.JVMArgs, []string{"-Xmx1g", "-Da=b"}) {
		t.Errorf("Windows' line ends: %q", s.JVMArgs)
	}
	if s.JVMMainClass != "my-app.Main$Inner" || len(s.JMXMPBind.Addresses) != 2 {
		t.Errorf("got %+v", s)
	}
}

// Names of classes are java's, those of nested ones and of any script too.
func TestParseSettingsAcceptsClasses(t *testing.T) {
	s := settings(t, "JMXMP_ALLOW=Order, com.acme.Order$Line_2,com.acme.dto.*,com.łódź.Zamówienie")
	if want := []string{"Order", "com.acme.Order$Line_2", "com.acme.dto.*", "com.łódź.Zamówienie"}; !slices.Equal(s.JMXMPAllow, want) {
		t.Errorf("got %q", s.JMXMPAllow)
	}
}

// An error tells no value of a variable that may hold a secret.
func TestParseSettingsTellsNoSecret(t *testing.T) {
	_, err := ParseSettings([]string{`JVM_ARGS=-Dpassword="hunter2`, "JVM_OPTS=-Dtoken='hunter2", "JMXMP_PASSWORD=hunter2\n", "JMXMP_TLS_KEYSTORE_PASSWORD=hunter2\r\n"})
	if text := err.Error(); strings.Contains(text, "hunter2") || len(Lines(err)) != 4 {
		t.Errorf("got %q", text)
	}
}

// What reaches a log is masked, whoever wrote the line.
func TestLogMasks(t *testing.T) {
	for _, form := range []LogForm{"text", "json", "off"} {
		var to strings.Builder
		log := Log{To: &to, Form: form}
		log.Info("-Dpassword=hunter2")
		log.Warn("http://me:hunter2@db/")
		log.Refuse(errors.Join(errors.New("token=hunter2"), errors.New("two\nlines")))
		if strings.Contains(to.String(), "hunter2") || strings.Count(to.String(), "\n") != map[LogForm]int{"text": 4, "json": 4, "off": 2}[form] {
			t.Errorf("%s: %q", form, to.String())
		}
	}
}
