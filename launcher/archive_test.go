package launcher

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

// trained is a request whose image was trained, by a version of Java.
func trained(t *testing.T, feature int, environ ...string) Request {
	t.Helper()
	r := request(t, environ...)
	r.Program.Version = jvm.Version{Feature: feature, Text: "1"}
	kind := jvm.ArchiveOf(r.Program.Version)
	r.Program.Archive = Archive{Folder: "/app/archive", Kind: kind, Trained: Trained{Kind: kind.String(), ClassPath: r.Program.Jar}}
	return r
}

// What is planned by the facts about an archive, and what is told.
func TestPlanUsesArchive(t *testing.T) {
	const jsa, aot = "-XX:SharedArchiveFile=/app/archive/classes.jsa", "-XX:AOTCache=/app/archive/classes.aot"
	for _, test := range []struct {
		name    string
		feature int
		environ string
		change  func(*Archive)
		want    string // the option; empty: none
		warning string // part of the only one; empty: none
	}{
		{name: "an archive", feature: 17, want: jsa},
		{name: "one of 11", feature: 11, want: jsa},
		{name: "a cache", feature: 25, want: aot},
		{name: "none", feature: 17, change: func(a *Archive) { a.Trained = Trained{} }},
		{name: "only what was unpacked", feature: 17, change: func(a *Archive) { a.Trained = Trained{Unpacked: &Unpacked{}} }},
		{name: "one that is of no use", feature: 17, change: func(a *Archive) { a.Err = errors.New("of another jar") }, warning: "the archive of classes is left out: of another jar ("},
		{name: "... which nobody wants", feature: 17, environ: "JVM_DEFAULTS=-archive", change: func(a *Archive) { a.Err = errors.New("of another jar") }},
		{name: "a bare start", feature: 17, environ: "JVM_DEFAULTS=off"},
		{name: "left out by name", feature: 25, environ: "JVM_DEFAULTS=-archive"},
		{name: "trained with what is gone", feature: 17, change: func(a *Archive) { a.Trained.Conditions = []string{"uncompressed addresses"} }, warning: "trained with uncompressed addresses"},
		{name: "trained with what is there", feature: 17, environ: "JVM_ARGS=-XX:+UseZGC", change: func(a *Archive) { a.Trained.Conditions = []string{"uncompressed addresses"} }, want: jsa},
		{name: "another jar", feature: 17, change: func(a *Archive) { a.Trained.ClassPath = "/app/bin/b.jar" }, warning: "trained with another class path (BIN_JAR)"},
		{name: "sharing is off", feature: 17, environ: "JVM_OPTS=-Xshare:off", warning: "-Xshare:off (JVM_OPTS) decides"},
		{name: "... by a variable of java's", feature: 25, environ: "JAVA_TOOL_OPTIONS=-Xshare:off", warning: "-Xshare:off (JAVA_TOOL_OPTIONS) decides"},
		{name: "what java refuses beside a cache", feature: 25, environ: "JVM_ARGS=-Xshare:auto", warning: "-Xshare:auto (JVM_ARGS) decides"},
		{name: "... and not beside an archive", feature: 17, environ: "JVM_ARGS=-Xshare:auto", want: jsa},
		{name: "one of somebody's own", feature: 17, environ: "JVM_ARGS=-XX:SharedArchiveFile=/x", want: "-XX:SharedArchiveFile=/x"},
		{name: "a cache of somebody's own", feature: 25, environ: "JVM_ARGS=-XX:AOTCache=/x", want: "-XX:AOTCache=/x"},
		{name: "one that is being made", feature: 17, environ: "JVM_ARGS=-XX:+UseZGC", change: func(a *Archive) { a.IsNew, a.Trained = true, Trained{} }, want: jsa},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := trained(t, test.feature, "JMXMP=off", test.environ)
			if test.change != nil {
				test.change(&r.Program.Archive)
			}
			p := plan(t, r, container())
			got, logs := "", 0
			for _, word := range p.Argv {
				switch {
				case strings.HasPrefix(word, "-XX:SharedArchiveFile="), strings.HasPrefix(word, "-XX:AOTCache="):
					got = word
				case strings.HasPrefix(word, "-Xlog:"):
					logs++
				}
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if ours := test.want == jsa || test.want == aot; logs > 0 != ours {
				t.Errorf("java's own lines about archives are silenced: %t, with an archive of ours: %t", logs > 0, ours)
			}
			if told := strings.Join(p.Warnings, "\n"); told != "" != (test.warning != "") || !strings.Contains(told, test.warning) || len(p.Warnings) > 1 {
				t.Errorf("warnings %q, want %q", p.Warnings, test.warning)
			}
			if _, err := NewPlan(Request{Settings: settings(t, "JMXMP=off", test.environ, "ENTRYPOINT_STRICT=true"), Program: r.Program, Asked: r.Asked}, container()); err != nil {
				t.Errorf("ENTRYPOINT_STRICT refuses: %v", err)
			}
		})
	}
}

// Whether it fits is judged by what java gets in the end: not by a recording that
// is left out.
func TestArchiveBesideWhatIsLeftOut(t *testing.T) {
	r := trained(t, 25, "JMXMP=off", "JVM_JFR=true")
	r.Program.NoRecorder = true
	p := plan(t, r, container())
	if !has(p, "-XX:AOTCache=") || has(p, "-XX:StartFlight") || len(p.Warnings) != 1 {
		t.Errorf("plans %q with warnings %q", p.Argv, p.Warnings)
	}
}

// A file is trusted where nobody but root can have written it, which no file
// system in memory can tell.
func TestRootOnlyTrustsNoUnknownOwner(t *testing.T) {
	sys := System{
		Outside: host.Outside{Root: fstest.MapFS{"app/archive/trained.json": {}}},
		Resolve: func(path string) (string, error) { return path, nil },
	}
	if _, err := rootOnly("/app/archive/trained.json", sys); err == nil {
		t.Error("trusted")
	}
}

// The sticky bit keeps others from a folder's names, not from a file's content.
func TestRootOnlyTrustsStickyFoldersAlone(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root")
	}
	file := filepath.Join(t.TempDir(), "trained.json") // below /tmp, which is sticky
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	sys := Real()
	if _, err := rootOnly(file, sys); err != nil {
		t.Error(err)
	}
	if err := os.Chmod(file, 0o666|fs.ModeSticky); err != nil {
		t.Fatal(err)
	}
	if _, err := rootOnly(file, sys); err == nil {
		t.Error("a file that anybody may write is trusted")
	}
}

// A chain of links that is longer than the kernel would follow ends soon.
func TestResolveGivesUp(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "0"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		if err := os.Symlink(strconv.Itoa(i), filepath.Join(folder, strconv.Itoa(i+1))); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := resolve(filepath.Join(folder, "30")); err != nil || got != filepath.Join(folder, "0") {
		t.Errorf("30 links lead to %s, %v", got, err)
	}
	if _, err := resolve(filepath.Join(folder, "50")); !errors.Is(err, syscall.ELOOP) {
		t.Errorf("50 links: %v", err)
	}
}

func TestReadinessUnmarshals(t *testing.T) {
	for text, want := range map[string]string{
		"http://127.0.0.1:8080/health": "http://127.0.0.1:8080/health did not answer",
		"8080":                         "nobody listened on port 8080",
		"20s":                          "it did not run for 20s",
		"Started .* in":                `no line was like "Started .* in"`,
		"listening on port: 8080/":     `no line was like "listening on port: 8080/"`,
	} {
		var r Readiness
		if err := r.UnmarshalText([]byte(text)); err != nil || r.lack(nil) != want {
			t.Errorf("%s: %s, %v", text, r.lack(nil), err)
		}
	}
	for _, text := range []string{"0", "65536", "-1s", "0s", "https://localhost/", "http://", "(", "/health", "127.0.0.1:8080/health", "localhost:8080"} {
		if err := new(Readiness).UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%s was taken", text)
		}
	}
}

func TestTrainingSettingsRefuse(t *testing.T) {
	for _, variable := range []string{
		"JVM_ARCHIVE=archive", "ENTRYPOINT_TRAIN_READY=(", "ENTRYPOINT_TRAIN_TRAFFIC='open",
		"ENTRYPOINT_TRAIN_TIMEOUT=0s", "ENTRYPOINT_TRAIN_TIMEOUT=90",
	} {
		_, err := ParseSettings([]string{variable})
		name, _, _ := strings.Cut(variable, "=")
		var setting *SettingError
		if !errors.As(err, &setting) || setting.Name != name || len(Lines(err)) != 1 {
			t.Errorf("%q: %v", variable, err)
		}
	}
}

// A training has the settings of a start but for what a build does not have, or
// what would stay in the image.
func TestSettingsForTraining(t *testing.T) {
	s := settings(t, "JMXMP=full", "JMXMP_PASSWORD_FILE=/run/secrets/jmx", "JMXMP_TLS_CERT=/run/secrets/cert", "JMXMP_TLS_KEY=/run/secrets/key",
		"JVM_DEBUG_PORT=5005", "JVM_DEBUG_SUSPEND=true", "ENTRYPOINT_STRICT=true", "JVM_HEAP=300m", "JVM_HEAP_DUMP_ROOT=off")
	got, err := s.forTraining("/app/archive/.training")
	if err != nil {
		t.Fatal(err)
	}
	if got.JMXMP != "read-only" || got.JMXMPPort != 0 || got.JMXMPPasswordFile+got.JMXMPTLSCert != "" || got.JVMDebugPort != 0 || got.Strict || got.HostIPTimeout != 0 {
		t.Errorf("got %+v", got)
	}
	if got.JVMLogRoot != "/app/archive/.training/log" || got.JVMHeapDumpRoot != "" || got.JVMHeap != s.JVMHeap {
		t.Errorf("logs %s, dumps %s, heap %v", got.JVMLogRoot, got.JVMHeapDumpRoot, got.JVMHeap)
	}
}

// A pattern is looked for in lines, however they come.
func TestMatcher(t *testing.T) {
	for _, test := range []struct {
		writes string // with | between
		want   bool
	}{
		{"ready\n", true},
		{"re|ady\r|\n", true},
		{"not ready\n|", false},
		{"ready", false},
		{"a\nb\nready\nc\n", true},
		{strings.Repeat("x", 2*lineMost) + "\nready\n", true},
	} {
		settings := settings(t, "ENTRYPOINT_TRAIN_READY=^ready$")
		m := &matcher{pattern: settings.TrainReady.Pattern, matched: make(chan struct{})}
		out := m.stream()
		for part := range strings.SplitSeq(test.writes, "|") {
			if n, err := out.Write([]byte(part)); n != len(part) || err != nil {
				t.Errorf("%d, %v", n, err)
			}
		}
		got := false
		select {
		case <-m.matched:
			got = true
		default:
		}
		if got != test.want {
			t.Errorf("%.40q: %t", test.writes, got)
		}
	}
}

// What fails in a training is told as in a check: without the values that java
// says it picked up.
func TestTrainingQuotesNoVariable(t *testing.T) {
	trainer := Trainer{plan: plan(t, request(t, "JAVA_TOOL_OPTIONS=-Ddb.password=\"first\nHUNTER2\""), container())}
	trainer.Sys.Output = func(context.Context, []string, ...string) (string, error) {
		return "Picked up JAVA_TOOL_OPTIONS: -Ddb.password=\"first\nHUNTER2\"\nUnrecognized option: -Xnone\n", errors.New("exit status 1")
	}
	err := trainer.run(t.Context(), trainer.plan, "make the archive", []string{"java"})
	if err == nil || strings.Contains(err.Error(), "HUNTER2") || !strings.Contains(err.Error(), "Unrecognized option: -Xnone") {
		t.Errorf("it is told %v", err)
	}
}

// What answers before the service runs is not the service.
func TestTrainingWaitsForNobodyElse(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	for _, ready := range []string{port, "http://127.0.0.1:" + port + "/health"} {
		trainer := Trainer{settings: settings(t, "ENTRYPOINT_TRAIN_READY="+ready)}
		if _, err := trainer.watch(t.Context()); err == nil || !strings.Contains(err.Error(), "somebody answers at 127.0.0.1:"+port) {
			t.Errorf("%s: %v", ready, err)
		}
	}
}

// Of several URLs the one that fails is told, but no word of it: a secret may be anywhere.
func TestTrafficTellsWhichURL(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/bad":
			w.WriteHeader(http.StatusTeapot)
		case "/elsewhere": // is an answer, and nobody goes there
			http.Redirect(w, r, "/bad", http.StatusFound)
		}
	}))
	defer server.Close()
	trainer := Trainer{settings: settings(t, "ENTRYPOINT_TRAIN_TRAFFIC="+server.URL+"/elsewhere "+server.URL+"/bad")}
	if err := trainer.traffic(t.Context()); err == nil || !strings.Contains(err.Error(), "URL 2 of 2: 418") || strings.Contains(err.Error(), "bad") {
		t.Error(err)
	}
}

// Only what Spring Boot's JarLauncher runs is the same when it is unpacked.
func TestIsFatJar(t *testing.T) {
	const manifest = "Manifest-Version: 1.0\nMain-Class: "
	for _, test := range []struct {
		name           string
		entries        []string
		isFat, unpacks bool
	}{
		{"a plain jar", []string{"A.class", ""}, false, false},
		{"a fat one", []string{"META-INF/MANIFEST.MF", manifest + jarLauncher + "\n\n", jarModeTools + "3.jar", ""}, true, true},
		{"one without the tools", []string{"META-INF/MANIFEST.MF", manifest + jarLauncher + "\n\n", "BOOT-INF/lib/a.jar", ""}, true, false},
		{"one of another launcher", []string{"META-INF/MANIFEST.MF", manifest + "org.springframework.boot.loader.launch.PropertiesLauncher\n\n", jarModeTools + "3.jar", ""}, true, false},
	} {
		root := fstest.MapFS{"app/a.jar": {Data: zipOf(t, test.entries...)}}
		if isFat, unpacks := isFatJar(t.Context(), "/app/a.jar", System{Outside: host.Outside{Root: root}}); isFat != test.isFat || unpacks != test.unpacks {
			t.Errorf("%s: fat %t, unpacks itself %t", test.name, isFat, unpacks)
		}
	}
}

// What java's user unpacked may hold links to what only root can read.
func TestCopyTreeTakesNoLink(t *testing.T) {
	secret := t.TempDir()
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "to")
	if err := errors.Join(os.WriteFile(filepath.Join(secret, "key"), []byte("HUNTER2"), 0o600), os.Mkdir(filepath.Join(from, "lib"), 0o700),
		os.WriteFile(filepath.Join(from, "lib/a.jar"), []byte("a"), 0o600)); err != nil {
		t.Fatal(err)
	}
	in, err := os.OpenRoot(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if err := copyTree(t.Context(), in, to); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(to, "lib/a.jar"))
	if info, _ := os.Stat(filepath.Join(to, "lib/a.jar")); string(text) != "a" || err != nil || info.Mode() != 0o644 {
		t.Errorf("%q, %v, %v", text, err, info)
	}
	// A folder of the way to a file became a link since it was looked at.
	if err := os.Symlink(secret, filepath.Join(from, "swapped")); err != nil {
		t.Fatal(err)
	}
	if err := copyFile(in, "swapped/key", filepath.Join(to, "key")); err == nil {
		t.Error("a file out of the way was copied")
	}
	if err := copyTree(t.Context(), in, filepath.Join(t.TempDir(), "to")); err == nil {
		t.Error("a link was copied")
	}
	// What was unpacked is a link itself.
	training := &Trainer{folder: t.TempDir()}
	if err := errors.Join(os.Mkdir(training.work(), 0o755), os.Symlink(secret, filepath.Join(training.work(), unpackedFolder))); err != nil {
		t.Fatal(err)
	}
	if err := training.copyUnpacked(t.Context(), filepath.Join(t.TempDir(), "to")); err == nil {
		t.Error("what a link leads to was copied")
	}
	if err := os.Symlink("lib/a.jar", filepath.Join(from, "link")); err != nil {
		t.Fatal(err)
	}
	if err := copyFile(in, "link", filepath.Join(to, "link")); err == nil {
		t.Error("a link to a file was copied")
	}
}
