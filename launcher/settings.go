package launcher

import (
	"errors"
	"reflect"
	"slices"

	"github.com/caarlos0/env/v11"
)

// Settings are the environment variables that people set for us. A variable
// that is set but empty counts as not set: task definitions often carry empty
// ones. The help tags are what --entrypoint-help prints and README.md says.
type Settings struct {
	JVMArgs                      Words     `env:"JVM_ARGS" secret:"true" help:"the deployment's JVM options; win over everything below them"`
	JVMOpts                      Words     `env:"JVM_OPTS" secret:"true" help:"the image's JVM options; win over our defaults, lose to JVM_ARGS"`
	JVMOptionsFile               File      `env:"JVM_OPTIONS_FILE" envDefault:"/app/jvm.options" help:"the image's options in a file, one a line, where it is there; lose to JVM_OPTS; off: none"`
	JVMDropRemoved               Switch    `env:"JVM_DROP_REMOVED" envDefault:"false" help:"true: an option that the running Java does not have (any more, or yet) is left out with a warning; else java refuses it"`
	JVMDefaults                  Defaults  `env:"JVM_DEFAULTS" envDefault:"on" help:"off: a bare start, only what is set; or the names of defaults to leave out, as in -exit-on-oom,-hostname"`
	JVMHeap                      Heap      `env:"JVM_HEAP" envDefault:"auto" help:"auto, a share of the memory limit (60%) or a size (512m), for -Xms and -Xmx alike"`
	JVMThreads                   Count     `env:"JVM_THREADS" help:"how many threads the service comes to have, for the memory plan; else 100"`
	JVMMainClass                 Class     `env:"JVM_MAIN_CLASS" help:"a class to run in place of a jar"`
	JVMClassPath                 ClassPath `env:"JVM_CLASS_PATH" help:"its class path; else the jar that BIN_JAR finds"`
	JVMLogRoot                   Folder    `env:"JVM_LOG_ROOT" envDefault:"/var/log" help:"the container's log folder is made in it; off: no log folder and no log properties"`
	JVMHeapDumpRoot              Folder    `env:"JVM_HEAP_DUMP_ROOT" envDefault:"/heap_dumps" help:"heap dumps go to a folder per container in it; off: no dumps"`
	JVMHeapDumps                 Most      `env:"JVM_HEAP_DUMPS" envDefault:"3" help:"how many heap dumps may be under that root, in all its folders; past that none is made; 0: none"`
	JVMGCLog                     Switch    `env:"JVM_GC_LOG" envDefault:"false" help:"true: a log of collections in the log folder, of 50 MiB at most"`
	JVMJFR                       Switch    `env:"JVM_JFR" envDefault:"false" help:"true: a flight recording of the last day in the log folder, of about 64 MiB"`
	JVMNMT                       Tracking  `env:"JVM_NMT" envDefault:"off" help:"off, summary or detail: the JVM counts its native memory, for jcmd"`
	JVMDebugPort                 DebugPort `env:"JVM_DEBUG_PORT" help:"a debugger can attach there"`
	JVMDebugSuspend              Switch    `env:"JVM_DEBUG_SUSPEND" envDefault:"false" help:"true: the service waits for the debugger"`
	JVMDebugBind                 Bind      `env:"JVM_DEBUG_BIND" envDefault:"loopback" help:"loopback, any or an address: whoever reaches it can run code in the service"`
	JVMRunAs                     RunAs     `env:"JVM_RUN_AS" help:"user[:group] to become before exec, names or numbers; skipped with a line where we are not root; off: stay root"`
	BinJar                       string    `env:"BIN_JAR" envDefault:"/app/bin/*.jar" help:"the fat jar; a pattern must match exactly one (-sources, -javadoc, -plain and original-* don't count)"`
	JavaHome                     string    `env:"JAVA_HOME" help:"where Java is; else java on PATH"`
	HostIP                       Address   `env:"HOST_IP" help:"the host's address or name; else looked up"`
	DatadogHost                  Address   `env:"DATADOG_HOST" help:"where statsd goes; else DD_AGENT_HOST; else worked out"`
	CloudApp                     string    `env:"CLOUD_APP" help:"the application's name, for metric tags"`
	LogglyEnabled                Switch    `env:"LOGGLY_ENABLED" envDefault:"false" help:"passed on as -Dloggly.enabled"`
	ContainerID                  ID        `env:"CONTAINER_ID" help:"letters, digits, _ . -, no leading dot; else worked out"`
	HeapsterAgent                string    `env:"HEAPSTER_AGENT" help:"a native agent; else /usr/local/lib/libheapster.so when it is there"`
	JMXMP                        Access    `env:"JMXMP" envDefault:"read-only" help:"off, read-only or full; full beyond loopback needs TLS and a password"`
	JMXMPPort                    Port      `env:"JMXMP_PORT" envDefault:"5555" help:"the one port that JMX is served on; 0: a free one, which a line on stderr tells"`
	JMXMPBind                    Bind      `env:"JMXMP_BIND" envDefault:"auto" help:"auto, loopback, any, or addresses with commas between"`
	JMXMPInsecure                Switch    `env:"JMXMP_INSECURE" envDefault:"false" help:"true: full without TLS and a password, on a closed network or among neighbours that are trusted"`
	JMXMPTLSCert                 AgentFile `env:"JMXMP_TLS_CERT" help:"a PEM file with the server's certificate and those that lead to its CA: TLS for all clients"`
	JMXMPTLSKey                  AgentFile `env:"JMXMP_TLS_KEY" help:"a PEM file with the certificate's private key, not encrypted"`
	JMXMPTLSKeystore             AgentFile `env:"JMXMP_TLS_KEYSTORE" help:"a PKCS12 file with both instead"`
	JMXMPTLSKeystorePassword     Password  `env:"JMXMP_TLS_KEYSTORE_PASSWORD" secret:"true" help:"the PKCS12 file's password"`
	JMXMPTLSKeystorePasswordFile AgentFile `env:"JMXMP_TLS_KEYSTORE_PASSWORD_FILE" help:"a file with that password"`
	JMXMPTLSClientCA             AgentFile `env:"JMXMP_TLS_CLIENT_CA" help:"a PEM file of CAs; clients must show a certificate of one of them"`
	JMXMPUser                    User      `env:"JMXMP_USER" help:"the name to log in with; else jmx, where there is a password"`
	JMXMPUserFile                AgentFile `env:"JMXMP_USER_FILE" help:"a file with that name"`
	JMXMPPassword                Password  `env:"JMXMP_PASSWORD" secret:"true" help:"the password to log in with; needs TLS"`
	JMXMPPasswordFile            AgentFile `env:"JMXMP_PASSWORD_FILE" help:"a file with that password, read again at every login"`
	JMXMPAllow                   Classes   `env:"JMXMP_ALLOW" help:"classes, or packages as com.acme.dto.*, whose objects clients may send to the service's own MBeans"`
	JMXMPAgent                   Agent     `env:"JMXMP_AGENT" envDefault:"/opt/jvm/jmxmp-agent.jar" help:"the agent's jar"`
	JVMArchive                   Folder    `env:"JVM_ARCHIVE" envDefault:"/app/archive" help:"where --train leaves what makes starts faster, and a start looks for it; off: it does not"`
	TrainReady                   Readiness `env:"ENTRYPOINT_TRAIN_READY" help:"for --train, when the service is ready: a URL, a port, a time (20s) or a pattern of a line that it writes"`
	TrainTraffic                 Traffic   `env:"ENTRYPOINT_TRAIN_TRAFFIC" secret:"true" help:"for --train, what to do then: a command, or URLs to ask"`
	TrainTimeout                 Patience  `env:"ENTRYPOINT_TRAIN_TIMEOUT" envDefault:"10m" help:"for --train, how long all of it may take"`
	HostIPTimeout                Duration  `env:"ENTRYPOINT_HOST_IP_TIMEOUT" envDefault:"500ms" help:"for all that is asked over the network (IMDS, ECS), together; 0: nobody is asked"`
	Log                          LogForm   `env:"ENTRYPOINT_LOG" envDefault:"text" help:"off, text or json: our own lines on stderr"`
	Strict                       Switch    `env:"ENTRYPOINT_STRICT" envDefault:"false" help:"true: what the host fails to give refuses the start instead of a warning"`

	Platform Platform
	Env      Environment

	training trainingStep
}

// Platform are variables that are not ours: marks that a platform leaves, and
// what other programs understand.
type Platform struct {
	DDAgentHost      Address `env:"DD_AGENT_HOST"`
	Hostname         string  `env:"HOSTNAME"`
	Path             string  `env:"PATH"`
	ExecutionEnv     string  `env:"AWS_EXECUTION_ENV"`
	MetadataFile     string  `env:"ECS_CONTAINER_METADATA_FILE"`
	MetadataURI      string  `env:"ECS_CONTAINER_METADATA_URI_V4"`
	IMDSEndpoint     string  `env:"AWS_EC2_METADATA_SERVICE_ENDPOINT"`
	IMDSDisabled     string  `env:"AWS_EC2_METADATA_DISABLED"`
	IMDSEndpointMode string  `env:"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"`
	IMDSV1Disabled   string  `env:"AWS_EC2_METADATA_V1_DISABLED"`
	KubernetesHost   string  `env:"KUBERNETES_SERVICE_HOST"`
	PodName          string  `env:"POD_NAME"`
	PodNamespace     string  `env:"POD_NAMESPACE"`
	NodeName         string  `env:"NODE_NAME"`
	JavaToolOptions  string  `env:"JAVA_TOOL_OPTIONS"`
	JDKJavaOptions   string  `env:"JDK_JAVA_OPTIONS"`
	JavaOptions      string  `env:"_JAVA_OPTIONS"`
}

// ParseSettings reads the environment. Every wrong value is a *SettingError
// of its own among the joined errors, and the other settings are usable, so
// that the caller can go on to find what else is wrong.
func ParseSettings(environ []string) (Settings, error) {
	s := Settings{Env: environ}
	err := env.ParseWithOptions(&s, env.Options{Environment: s.Env.variables()})
	var problems []error
	var all env.AggregateError
	if errors.As(err, &all) {
		for _, one := range all.Errors {
			problems = append(problems, settingError(s.Env, one))
		}
	} else if err != nil {
		problems = append(problems, err)
	}
	if s.JVMClassPath != "" && !s.Env.isSet("JVM_MAIN_CLASS") {
		problems = append(problems, &SettingError{
			Name: "JVM_CLASS_PATH", Value: string(s.JVMClassPath),
			Err: errors.New("is for JVM_MAIN_CLASS, which is not set (set it, or unset this one)"),
		})
	}
	problems = append(problems, s.refuseDiagnostics()...)
	return s, errors.Join(problems...)
}

// settingError names the variable where the library names the struct's field.
func settingError(e Environment, err error) error {
	var parse env.ParseError
	if !errors.As(err, &parse) {
		return err
	}
	field, ok := reflect.TypeFor[Settings]().FieldByName(parse.Name)
	if !ok {
		field, _ = reflect.TypeFor[Platform]().FieldByName(parse.Name)
	}
	name := field.Tag.Get("env")
	wrong := &SettingError{Name: name, Value: e.get(name), Err: parse.Err}
	if field.Tag.Get("secret") != "" {
		wrong.Value = ""
	}
	return wrong
}

// Setting describes one variable for help and documentation.
type Setting struct{ Name, Default, Help string }

// AllSettings lists every variable of ours, in the order of README.md's table.
func AllSettings() []Setting {
	var all []Setting
	for field := range reflect.TypeFor[Settings]().Fields() {
		if name := field.Tag.Get("env"); name != "" {
			all = append(all, Setting{name, field.Tag.Get("envDefault"), field.Tag.Get("help")})
		}
	}
	return all
}

// isOff tells whether a bare start was asked for.
func (s Settings) isOff() bool { return s.JVMDefaults.Off }

// isLeftOut tells whether a default is left out by its name.
func (s Settings) isLeftOut(name string) bool { return slices.Contains(s.JVMDefaults.Excluded, name) }

// isElsewhere tells whether a group of facts is a platform's that this is not.
func (s Settings) isElsewhere(group string) bool {
	switch group {
	case ecs, instanceID:
		return s.Platform.MetadataURI == "" && s.Platform.MetadataFile == ""
	case kubernetes:
		return s.Platform.KubernetesHost == ""
	}
	return false
}

// ForCheck gives the settings that a check looks by: off ECS it does not ask
// IMDS, since on a pipeline's machine nobody answers, which is no finding.
func (s Settings) ForCheck() Settings {
	if s.isElsewhere(instanceID) {
		s.Platform.IMDSDisabled = "true"
	}
	return s
}
