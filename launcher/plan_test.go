package launcher

import (
	"context"
	"errors"
	"io/fs"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

// settings parses an environment that must be right.
func settings(t *testing.T, environ ...string) Settings {
	t.Helper()
	s, err := ParseSettings(environ)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// request is a start of /app/bin/a.jar by a Java 17.
func request(t *testing.T, environ ...string) Request {
	t.Helper()
	s := settings(t, environ...)
	p := Program{Java: "/jdk/bin/java", JavaSource: "JAVA_HOME", Version: jvm.Version{Feature: 17, Text: "17"}, Jar: "/app/bin/a.jar"}
	asked, err := ReadOptions(s, p.Version, System{Outside: host.Outside{Root: fstest.MapFS{}}})
	if err != nil {
		t.Fatal(err)
	}
	return Request{Settings: s, Program: p, Asked: asked}
}

// container is what Look finds in a container of 512 MiB on a bridge.
func container() Facts {
	folder := func(root string) ContainerFolder {
		return ContainerFolder{Root: root, Name: "web", Free: jvm.GiB}
	}
	return Facts{
		Facts: host.Facts{
			HostIP: host.Given("10.0.0.5", "IMDS"), Hostname: "web", Memory: host.Memory{Limit: host.Fact[int64]{Value: 512 << 20}},
		},
		Logs: folder("/var/log"), Dumps: folder("/heap_dumps"),
	}
}

func plan(t *testing.T, r Request, f Facts) Plan {
	t.Helper()
	p, err := NewPlan(r, f)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func has(p Plan, prefix string) bool {
	return slices.ContainsFunc(p.Argv, func(word string) bool { return strings.HasPrefix(word, prefix) })
}

// A dump that doesn't fit is not asked for, whoever set the heap.
func TestNoDumpWithoutRoom(t *testing.T) {
	ours := plan(t, request(t), container()).MaxHeap
	for _, test := range []struct {
		name, args string
		free       jvm.Bytes
		dumps      bool
	}{
		{"room for our own heap", "", ours, true},
		{"too little for it", "", ours - jvm.MiB, false},
		{"the deployment's heap is larger", "-Xmx400m", 300 * jvm.MiB, false},
		{"... or smaller", "-Xmx100m", 200 * jvm.MiB, true},
		{"the disk's room is not known", "", -1, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := container()
			f.Dumps.Free = test.free
			p := plan(t, request(t, "JVM_ARGS="+test.args), f)
			if got := has(p, "-XX:HeapDumpPath="); got != test.dumps {
				t.Errorf("dumps: %t, want %t", got, test.dumps)
			}
			if got := len(p.Folders) == 2; got != test.dumps {
				t.Errorf("makes %v", p.Folders)
			}
			if got := slices.ContainsFunc(p.Warnings, func(w string) bool { return strings.Contains(w, "the heap may reach") }); got == test.dumps {
				t.Errorf("warnings: %q", p.Warnings)
			}
		})
	}
}

// What a person has replaced is not missed.
func TestNothingMissedThatIsReplaced(t *testing.T) {
	f := container()
	f.Logs.Err, f.Dumps.Err, f.AgentErr = fs.ErrPermission, fs.ErrPermission, fs.ErrNotExist
	p := plan(t, request(t, "ENTRYPOINT_STRICT=true", "JMXMP=off",
		"JVM_ARGS=-XX:HeapDumpPath=/mine -XX:ErrorFile=/mine.log -Dlog.service.output=a -Dlog.access.output=b"), f)
	if !has(p, "-XX:+HeapDumpOnOutOfMemoryError") || !has(p, "-XX:HeapDumpPath=/mine") || len(p.Warnings) > 0 {
		t.Errorf("plans %q with warnings %q", p.Argv, p.Warnings)
	}
	p = plan(t, request(t, "JVM_OPTS=-Xmx900g", "JVM_HEAP=64m"), container())
	if !has(p, "-XX:HeapDumpPath=") || p.MaxHeap != 64*jvm.MiB {
		t.Errorf("heap %v, plans %q", p.MaxHeap, p.Argv)
	}
}

// A name in JVM_DEFAULTS leaves an option out even where a variable carries it.
func TestExcludedIsExcluded(t *testing.T) {
	p := plan(t, request(t, "JVM_DEFAULTS=-hostname,-jmxmp", "HOST_IP=10.0.0.9", "JMXMP_PORT=6000"), container())
	if has(p, "-Dhostname") || has(p, "-javaagent") || len(p.Warnings) > 0 {
		t.Errorf("plans %q with warnings %q", p.Argv, p.Warnings)
	}
}

// JMX is served beyond loopback only where a port mapping stands before it.
func TestJMXMPBindsByNetwork(t *testing.T) {
	for _, test := range []struct {
		mode host.Mode
		bind string
		want string
	}{
		{host.Bridge, "auto", "bind=127.0.0.1,bind=172.17.0.2"},
		{host.HostMode, "auto", "bind=127.0.0.1"},
		{host.AWSVPC, "auto", "bind=127.0.0.1"},
		{host.Fargate, "auto", "bind=127.0.0.1"},
		{host.Kubernetes, "auto", "bind=127.0.0.1"},
		{host.Unknown, "auto", "bind=127.0.0.1"},
		{host.None, "auto", "bind=127.0.0.1"},
		{host.Kubernetes, "any", "bind=0.0.0.0"},
	} {
		f := container()
		f.Network = host.Network{Mode: test.mode, Address: netip.MustParseAddr("172.17.0.2")}
		p := plan(t, request(t, "JMXMP_BIND="+test.bind), f)
		if want := "-javaagent:/opt/jvm/jmxmp-agent.jar=port=5555," + test.want + ",access=read-only"; !slices.Contains(p.Argv, want) {
			t.Errorf("%s on %s: no %s in %q", test.bind, test.mode, want, p.Argv)
		}
	}
}

// What yields to an agent that then can't be used is back.
func TestNothingYieldsToWhatIsMissing(t *testing.T) {
	f := container()
	f.AgentErr = fs.ErrNotExist
	p := plan(t, request(t, "JMXMP=read-only", "JVM_OPTS=-XX:ArchiveClassesAtExit=/x"), f)
	if !has(p, "-XX:ArchiveClassesAtExit") || has(p, "-javaagent:") || len(p.Warnings) != 1 {
		t.Errorf("plans %q with warnings %q", p.Argv, p.Warnings)
	}
}

// The agent is left out where java would not start beside it.
func TestAgentYields(t *testing.T) {
	for _, test := range []struct {
		name, args string
		modules    []string
		has        bool
	}{
		{"java's own connector on its port", "-Dcom.sun.management.jmxremote.port=5555", nil, false},
		{"... for its objects", "-Dcom.sun.management.jmxremote.rmi.port=5555", nil, false},
		{"... elsewhere", "-Dcom.sun.management.jmxremote.port=1045", nil, true},
		{"a debugger on its port", "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=5555", nil, false},
		{"another agent on its port", "-javaagent:/opt/exporter.jar=5555:/etc/config.yaml", nil, false},
		{"a java made by jlink", "", []string{"java.base", "java.management"}, false},
		{"... with all that it needs", "", []string{"java.base", "java.management", "java.instrument"}, true},
		{"writing a class archive", "-XX:ArchiveClassesAtExit=/x", nil, false},
	} {
		r := request(t, "JVM_ARGS="+test.args)
		r.Program.Modules = test.modules
		if got := has(plan(t, r, container()), "-javaagent:/opt/jvm/jmxmp-agent.jar="); got != test.has {
			t.Errorf("%s: agent: %t", test.name, got)
		}
	}
}

// 8 before its update 92 would not start with an option that later ones have.
func TestOldUpdates(t *testing.T) {
	for text, want := range map[string]bool{"1.8.0_60": false, "1.8.0_92": true, "1.8.0": true, "17.0.1": true} {
		r := request(t)
		r.Program.Version, _ = jvm.ParseVersion(text)
		if got := has(plan(t, r, container()), "-XX:+ExitOnOutOfMemoryError"); got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
}

// An option that points into a log folder which can't be had is left out:
// -Xlog into nowhere would keep java from starting.
func TestNoLogPath(t *testing.T) {
	const gc = "JVM_ARGS=-Da=1 -Xlog:gc:file=${LOG_PATH}/gc.log"
	f := container()
	if p := plan(t, request(t, gc), f); !has(p, "-Xlog:gc:file=/var/log/web/gc.log") {
		t.Errorf("plans %q", p.Argv)
	}
	f.Logs.Err = syscall.EROFS
	p := plan(t, request(t, gc), f)
	if has(p, "-Xlog") || !has(p, "-Da=1") || len(p.Warnings) != 1 || !strings.Contains(p.Warnings[0], "-Xlog") {
		t.Errorf("plans %q with warnings %q", p.Argv, p.Warnings)
	}
	if _, err := NewPlan(request(t, gc, "ENTRYPOINT_STRICT=true"), f); len(Lines(err)) != 1 || strings.Contains(err.Error(), "starting") {
		t.Errorf("strict: %v", err)
	}
	f.Logs = ContainerFolder{}
	if p := plan(t, request(t, gc, "JVM_LOG_ROOT=off"), f); has(p, "-Xlog") || len(p.Warnings) != 1 {
		t.Errorf("off: plans %q with warnings %q", p.Argv, p.Warnings)
	}
}

// An initial size takes the place of the whole family, which few expect.
func TestInitialHeapAlone(t *testing.T) {
	for args, warned := range map[string]bool{
		"-Xms64m": true, "-XX:InitialHeapSize=64m": true, "-Xms64m -Xmx300m": false, "-Xmx64m": false,
		"-XX:MaxRAMPercentage=50.0": false, "-XX:MaxRAMPercentage=50 -Xms64m": false,
	} {
		p := plan(t, request(t, "JVM_ARGS="+args), container())
		if got := len(p.Warnings) > 0; got != warned {
			t.Errorf("%s: warnings %q", args, p.Warnings)
		}
		if p := plan(t, request(t, "_JAVA_OPTIONS="+args), container()); len(p.Warnings) > 0 != warned {
			t.Errorf("%s in _JAVA_OPTIONS: warnings %q", args, p.Warnings)
		}
	}
}

// A route look-up that failed costs a warning, since statsd then goes nowhere.
func TestStatsdHostNotFound(t *testing.T) {
	f := container()
	f.Network.Err = errors.New("netlink: permission denied")
	if p := plan(t, request(t), f); len(p.Warnings) != 1 || !strings.Contains(p.Warnings[0], "statsd") {
		t.Errorf("warnings %q", p.Warnings)
	}
}

// A folder that nothing of ours uses any more is not made.
func TestNoFolderForAnotherDumpPath(t *testing.T) {
	p := plan(t, request(t, "JVM_ARGS=-XX:HeapDumpPath=/mine"), container())
	if len(p.Folders) != 1 || p.Folders[0].Root != "/var/log" {
		t.Errorf("makes %v", p.Folders)
	}
}

// Strictness refuses what the host fails to give, and not what a person was told.
func TestStrict(t *testing.T) {
	f := container()
	if _, err := NewPlan(request(t, "ENTRYPOINT_STRICT=true", "JAVA_OPTS=-Xmx1g"), f); err != nil {
		t.Errorf("refused for advice: %v", err)
	}
	f.Logs.Err, f.Dumps.Err, f.AgentErr = fs.ErrPermission, fs.ErrPermission, fs.ErrNotExist
	f.HostIP.Err = errors.New("IMDS: no answer in time")
	_, err := NewPlan(request(t, "ENTRYPOINT_STRICT=true"), f)
	if err == nil || ExitCode(err) != ExitSetting {
		t.Fatalf("got %v", err)
	}
	for _, what := range []string{"/var/log/web", "/heap_dumps/web", "jmxmp-agent.jar", "IMDS"} {
		if !strings.Contains(err.Error(), what) {
			t.Errorf("%q does not tell %s", err, what)
		}
	}
	if n := len(Lines(err)); n != 4 {
		t.Errorf("%d lines for 4 reasons: %q", n, err)
	}
}

// recorder is a System that only writes down what it is told to do.
type recorder struct {
	made, executed []string
	mkdirErr       map[string]error
	execErr        error
}

func (r *recorder) system() System {
	return System{
		Outside: host.Outside{Root: fstest.MapFS{}},
		MakeFolder: func(root, name string) ([]string, error) {
			if err := r.mkdirErr[root]; err != nil {
				return nil, err
			}
			r.made = append(r.made, root+"/"+name)
			return []string{root + "/" + name}, nil
		},
		RemoveFolder: func(path string) error {
			r.made = slices.DeleteFunc(r.made, func(made string) bool { return made == path })
			return nil
		},
		Exec: func(path string, argv, _ []string) error {
			r.executed = append([]string{path}, argv...)
			return r.execErr
		},
	}
}

// What looked possible and then fails is planned again without.
func TestMakeFoldersPlansAgain(t *testing.T) {
	r := &recorder{mkdirErr: map[string]error{"/var/log": syscall.EDQUOT}}
	p, err := plan(t, request(t), container()).MakeFolders(r.system())
	if err != nil {
		t.Fatal(err)
	}
	if has(p, "-Dlog.service.output=") || !has(p, "-XX:HeapDumpPath=") || len(p.Warnings) == 0 {
		t.Errorf("plans %q with warnings %q", p.Argv, p.Warnings)
	}
	r = &recorder{mkdirErr: map[string]error{"/heap_dumps": syscall.EDQUOT}}
	if _, err := plan(t, request(t, "ENTRYPOINT_STRICT=true"), container()).MakeFolders(r.system()); ExitCode(err) != ExitSetting || len(r.made) > 0 {
		t.Errorf("strict: got %v, and %q is left", err, r.made)
	}
}

func TestExec(t *testing.T) {
	p := plan(t, request(t), container())
	for _, test := range []struct {
		err  error
		code int
	}{
		{syscall.ENOENT, ExitNotFound},
		{syscall.EACCES, ExitCannotRun},
		{syscall.ENOEXEC, ExitCannotRun},
		{syscall.E2BIG, ExitOther},
	} {
		r := &recorder{execErr: test.err}
		err := p.Exec(t.Context(), r.system())
		if ExitCode(err) != test.code || len(Lines(err)) != 1 {
			t.Errorf("%v: exit code %d by %q, want %d", test.err, ExitCode(err), err, test.code)
		}
		if !slices.Equal(r.executed, append([]string{p.Java}, p.Argv...)) {
			t.Errorf("executed %q", r.executed)
		}
	}
	ended, end := context.WithCancel(t.Context())
	end()
	r := &recorder{}
	if err := p.Exec(ended, r.system()); ExitCode(err) != ExitTerminated || r.executed != nil {
		t.Errorf("after SIGTERM: %v, executed %q", err, r.executed)
	}
}

// Settings that carry a default's value rank as settings.
func TestSettingsRankAboveTheImagesOptions(t *testing.T) {
	p := plan(t, request(t, "JVM_OPTS=-Dloggly.enabled=maybe -Dhostname=image", "LOGGLY_ENABLED=yes"), container())
	if !has(p, "-Dloggly.enabled=true") || has(p, "-Dloggly.enabled=maybe") || !has(p, "-Dhostname=image") {
		t.Errorf("plans %q", p.Argv)
	}
}

func TestFolderName(t *testing.T) {
	long := strings.Repeat("0123456789abcdef", 4)
	for _, test := range []struct{ id, hostname, want string }{
		{long, "web", "0123456789ab"},
		{"0123456789abcdef0123456789abcdef-2495160603", "web", "0123456789abcdef0123456789abcdef-2495160603"},
		{strings.ToUpper(long), "web", strings.ToUpper(long)},
		{"mine", "web", "mine"},
		{"", "web", "web"},
		{"", "", "unknown"},
		{"", "../../etc", "unknown"},
		{"", ".hidden", "unknown"},
	} {
		if got := folderName(test.id, test.hostname); got != test.want {
			t.Errorf("%q on %q: folder %q, want %q", test.id, test.hostname, got, test.want)
		}
	}
}

func TestParseArguments(t *testing.T) {
	for _, test := range []struct {
		arguments []string
		mode      Mode
		rest      []string
		refused   bool
	}{
		{nil, Start, nil, false},
		{[]string{"--server.port=1", "--dry-run"}, Start, []string{"--server.port=1", "--dry-run"}, false},
		{[]string{"--dry-run", "a"}, Line, []string{"a"}, false},
		{[]string{"--dry-run=json", "--", "--dry-run"}, JSON, []string{"--dry-run"}, false},
		{[]string{"--"}, Start, []string{}, false},
		{[]string{"--=x"}, Start, []string{"--=x"}, false},
		{[]string{"--dry-running"}, Start, []string{"--dry-running"}, false},
		{[]string{""}, Start, []string{""}, false},
		{[]string{"--dry-run="}, "", nil, true},
		{[]string{"--dry-run=start"}, "", nil, true},
		{[]string{"--check=json"}, CheckJSON, nil, false},
		{[]string{"--entrypoint-version=2"}, "", nil, true},
		{[]string{"--entrypoint-help"}, Help, nil, false},
		{[]string{"--java-version", "25"}, Start, []string{"--java-version", "25"}, false},
		{[]string{"--dry-run", "--java-version", "25", "a"}, Line, []string{"a"}, false},
		{[]string{"--dry-run=json", "--java-version=1.8.0_60"}, JSON, []string{}, false},
		{[]string{"--dry-run", "--", "--java-version"}, Line, []string{"--java-version"}, false},
		{[]string{"--dry-run", "--java-version"}, "", nil, true},
		{[]string{"--dry-run", "--java-version="}, "", nil, true},
		{[]string{"--dry-run", "--java-version", "x"}, "", nil, true},
	} {
		command, err := ParseArguments(test.arguments)
		mode, rest := command.Mode, command.Arguments
		if test.refused {
			if ExitCode(err) != ExitSetting {
				t.Errorf("%q: got %v, want a refusal", test.arguments, err)
			}
			continue
		}
		if err != nil || mode != test.mode || !slices.Equal(rest, test.rest) {
			t.Errorf("%q: got %s %q, %v, want %s %q", test.arguments, mode, rest, err, test.mode, test.rest)
		}
	}
}
