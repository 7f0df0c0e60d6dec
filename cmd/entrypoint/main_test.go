package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"jvm-entrypoint/cmd/internal/script"
	"jvm-entrypoint/launcher"
	"jvm-entrypoint/launcher/host"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"entrypoint": runOnTestHost,
		"java":       recordingJava,
	})
}

// TestScripts runs the promises of README.md, one file each. In every script:
//
//	$JAVA_HOME       a JDK whose java records how it was started in $RECORD
//	$WORK/app/app.jar what is run
//	$WORK/agent.jar  a jar that is a Java agent
//	jar FILE LINE CLASS@RELEASE...  makes a jar with a line in its manifest, and
//	                 class files as a release's compiler heads them
//	$WORK/host/      the files of the host that the entrypoint sees in /proc,
//	                 /sys and /var/run, and its route: "LINKTYPE ADDRESS GATEWAY"
//	exits N COMMAND  runs a command that must end with exit code N
//	imds MODE        starts an IMDS on loopback for the entrypoint: v2, v1, silent
//	ecs FILE FILE    starts a task metadata endpoint that answers with files, for
//	                 the container and for its task; "silent" in place of one
//	                 never answers
//	certificate FILE FILE DAYS  makes a certificate that is valid until in so
//	                 many days, and its key
//	pipe FILE        makes a pipe
//	$TEST_CLOCK      "stopped": no look-up takes any time, as no two take the same
//	socket FILE      makes a socket
//	same FILE        starts java for real and by the line of a dry run, and
//	                 compares what java got, byte by byte
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Setup:               setup,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"certificate": certificate,
			"exits":       script.Exits,
			"ecs":         ecs,
			"imds":        imds,
			"jar":         jarCommand,
			"pipe":        pipe,
			"same":        same,
			"socket":      socket,
		},
	})
}

func setup(env *testscript.Env) error {
	work := env.WorkDir
	for _, folder := range []string{"jdk/bin", "app", "record", "host"} {
		if err := os.MkdirAll(filepath.Join(work, folder), 0o755); err != nil {
			return err
		}
	}
	java, err := exec.LookPath("java") // the recording one, which testscript put on PATH
	if err != nil {
		return err
	}
	for name, value := range map[string]string{
		"JAVA_HOME": work + "/jdk", "BIN_JAR": work + "/app/*.jar",
		"JVM_LOG_ROOT": work + "/log", "JVM_HEAP_DUMP_ROOT": work + "/dumps", "JMXMP": "off",
		"RECORD": work + "/record", "TEST_HOST": work + "/host", "PWD": work,
		// Never the machine's own.
		"AWS_EC2_METADATA_DISABLED": "true",
	} {
		env.Setenv(name, value)
	}
	return errors.Join(
		os.Symlink(java, work+"/jdk/bin/java"),
		os.WriteFile(work+"/jdk/release", []byte("JAVA_VERSION=\"17.0.1\"\n"), 0o644),
		os.WriteFile(work+"/app/app.jar", nil, 0o644),
		writeJar(work+"/agent.jar", "Premain-Class: Agent"),
	)
}

// writeJar makes a jar of a manifest, and of class files for a Java release,
// each with no more than its head.
func writeJar(path, manifest string, classes ...string) error {
	var text bytes.Buffer
	writer := zip.NewWriter(&text)
	write := func(name, content string) error {
		file, err := writer.Create(name)
		if err == nil {
			_, err = io.WriteString(file, content)
		}
		return err
	}
	err := write("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\n"+manifest+"\r\n\r\n")
	for _, class := range classes {
		name, release, _ := strings.Cut(class, "@")
		feature, wrong := strconv.Atoi(release)
		err = errors.Join(err, wrong, write(name, "\xca\xfe\xba\xbe\x00\x00\x00"+string([]byte{byte(feature + 44)})))
	}
	return errors.Join(err, writer.Close(), os.WriteFile(path, text.Bytes(), 0o644))
}

// jarCommand makes a jar: jar FILE MANIFEST-LINE CLASS-FILE@RELEASE...
func jarCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: jar FILE MANIFEST-LINE CLASS-FILE@RELEASE...")
	}
	ts.Check(writeJar(ts.MkAbs(args[0]), args[1], args[2:]...))
}

// runOnTestHost is the whole command on a host that the script describes.
func runOnTestHost() {
	sys := launcher.Real()
	dir := os.Getenv("TEST_HOST")
	sys.Root = testRoot{sys.Root.(realFS), os.DirFS(dir)}
	sys.Routes = testRoutes{dir}
	if os.Getenv("TEST_CLOCK") == "stopped" {
		sys.Now = func() time.Time { return time.Time{} }
	}
	sys.Hostname = func() (string, error) {
		name, err := os.ReadFile(dir + "/hostname")
		return strings.TrimSpace(string(name)), err
	}
	os.Exit(run(os.Args[1:], os.Environ(), os.Stdout, os.Stderr, sys))
}

// realFS is all that os.DirFS offers: without Stat, looking would mean opening.
type realFS interface {
	fs.StatFS
	fs.ReadDirFS
	fs.ReadLinkFS
}

// testRoot is the machine's file system with the host's marks taken from the script.
type testRoot struct {
	realFS
	host fs.FS
}

func (r testRoot) Open(name string) (fs.File, error) {
	if isOfHost(name) {
		return r.host.Open(name)
	}
	return r.realFS.Open(name)
}

func (r testRoot) Stat(name string) (fs.FileInfo, error) {
	if isOfHost(name) {
		return fs.Stat(r.host, name)
	}
	return r.realFS.Stat(name)
}

func isOfHost(name string) bool {
	return strings.HasPrefix(name, "proc/") || strings.HasPrefix(name, "sys/") || strings.HasPrefix(name, "var/run/")
}

type testRoutes struct{ dir string }

func (r testRoutes) Default() (host.Route, error) {
	text, err := os.ReadFile(r.dir + "/route")
	if err != nil {
		return host.Route{}, host.ErrNoRoute
	}
	fields := strings.Fields(string(text))
	return host.Route{
		LinkType: fields[0],
		Source:   netip.MustParseAddr(fields[1]), Gateway: netip.MustParseAddr(fields[2]),
	}, nil
}

func (r testRoutes) Docker0() (netip.Addr, error) {
	text, err := os.ReadFile(r.dir + "/docker0")
	if err != nil {
		return netip.Addr{}, err
	}
	return netip.ParseAddr(strings.TrimSpace(string(text)))
}

// recordingJava writes down how it was started: the kernel's own bytes, and a
// form for reading.
func recordingJava() {
	if slices.Equal(os.Args[1:], []string{"-fullversion"}) {
		fmt.Fprintln(os.Stderr, `openjdk full version "17.0.1+12"`)
		return
	}
	if os.Args[len(os.Args)-1] == "-version" { // a check's trial
		return
	}
	dir := os.Getenv("RECORD")
	save := func(name string, text []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			panic(err)
		}
	}
	argv, _ := os.ReadFile("/proc/self/cmdline")
	environ, _ := os.ReadFile("/proc/self/environ")
	save("cmdline", argv)
	save("environ", sorted(environ))
	save("argv", readable(argv))
	save("env", readable(sorted(environ)))
	save("pid", []byte(strconv.Itoa(os.Getpid())+"\n"))
}

// sorted orders the entries: a shell hands its environment on in an order of its own.
func sorted(environ []byte) []byte {
	entries := strings.SplitAfter(string(environ), "\x00")
	slices.Sort(entries)
	return []byte(strings.Join(entries, ""))
}

// readable writes a word a line, quoted where it is not plain.
func readable(words []byte) []byte {
	var text bytes.Buffer
	for word := range strings.SplitSeq(strings.TrimSuffix(string(words), "\x00"), "\x00") {
		if quoted := strconv.Quote(word); quoted != `"`+word+`"` || word == "" {
			word = quoted
		}
		fmt.Fprintln(&text, word)
	}
	return text.Bytes()
}

func imds(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: imds v2|v1|silent")
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case args[0] == "silent":
			<-r.Context().Done()
		case args[0] == "v2" && r.Method == http.MethodPut:
			w.Header().Set("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "300")
			io.WriteString(w, "token")
		case args[0] == "v2" && r.Header.Get("X-Aws-Ec2-Metadata-Token") != "token":
			w.WriteHeader(http.StatusUnauthorized)
		case r.Method == http.MethodGet && r.URL.Path == "/latest/meta-data/local-ipv4":
			io.WriteString(w, "10.1.2.3")
		case r.Method == http.MethodGet && r.URL.Path == "/latest/meta-data/instance-id":
			io.WriteString(w, "i-0123456789abcdef0")
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	closeAtEnd(ts, server)
	ts.Setenv("AWS_EC2_METADATA_DISABLED", "false")
	ts.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.URL)
}

func ecs(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: ecs FILE FILE")
	}
	answer := func(name string) http.HandlerFunc {
		if name == "silent" {
			return func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
		}
		text := ts.ReadFile(name)
		return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, text) }
	}
	endpoint := http.NewServeMux()
	endpoint.HandleFunc("GET /v4/an-id", answer(args[0]))
	endpoint.HandleFunc("GET /v4/an-id/task", answer(args[1]))
	server := httptest.NewServer(endpoint)
	closeAtEnd(ts, server)
	ts.Setenv("ECS_CONTAINER_METADATA_URI_V4", server.URL+"/v4/an-id")
}

func closeAtEnd(ts *testscript.TestScript, server *httptest.Server) {
	ts.Defer(func() {
		server.CloseClientConnections()
		server.Close()
	})
}

// socket makes one that outlives its listener, as those of agents do.
func socket(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: socket FILE")
	}
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: ts.MkAbs(args[0])})
	ts.Check(err)
	listener.SetUnlinkOnClose(false)
	ts.Check(listener.Close())
}

// certificate makes one that its own key has signed.
func certificate(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: certificate FILE FILE DAYS")
	}
	days, err := strconv.Atoi(args[2])
	ts.Check(err)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	now := time.Now()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(0, 0, days)}
	public, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	ts.Check(err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	ts.Check(err)
	for i, block := range []*pem.Block{{Type: "CERTIFICATE", Bytes: public}, {Type: "PRIVATE KEY", Bytes: private}} {
		ts.Check(os.WriteFile(ts.MkAbs(args[i]), pem.EncodeToMemory(block), 0o600))
	}
}

func pipe(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: pipe FILE")
	}
	ts.Check(syscall.Mkfifo(ts.MkAbs(args[0]), 0o600))
}

// same reads Go-quoted lines, NAME="value" for the environment or "argument",
// and holds a real start against the line of a dry run.
func same(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: same FILE")
	}
	var environ, arguments []string
	lines := bufio.NewScanner(strings.NewReader(ts.ReadFile(args[0])))
	for lines.Scan() {
		name, quoted, isVariable := strings.Cut(lines.Text(), `="`)
		if !isVariable {
			quoted = strings.TrimPrefix(lines.Text(), `"`)
		}
		value, err := strconv.Unquote(`"` + quoted)
		ts.Check(err)
		if isVariable {
			environ = append(environ, name+"="+value)
		} else {
			arguments = append(arguments, value)
		}
	}
	for _, name := range []string{
		"PATH", "JAVA_HOME", "BIN_JAR", "JVM_LOG_ROOT", "JVM_HEAP_DUMP_ROOT", "JMXMP", "RECORD",
		"TEST_HOST", "PWD", "AWS_EC2_METADATA_DISABLED",
	} {
		environ = append(environ, name+"="+ts.Getenv(name))
	}
	command := func(name string, args ...string) []byte {
		path, err := exec.LookPath(name)
		ts.Check(err)
		cmd := exec.Command(path, args...)
		cmd.Env, cmd.Dir = environ, ts.MkAbs(".")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		output, err := cmd.Output()
		if err != nil {
			ts.Fatalf("%s: %v\n%s", name, err, &stderr)
		}
		return output
	}
	record := func() (argv, env string) {
		defer os.RemoveAll(ts.MkAbs("record/cmdline"))
		return ts.ReadFile("record/cmdline"), ts.ReadFile("record/environ")
	}
	command("entrypoint", arguments...)
	argv, env := record()
	line := command("entrypoint", append([]string{"--dry-run"}, arguments...)...)
	command("sh", "-c", string(line))
	dryArgv, dryEnv := record()
	if argv != dryArgv {
		ts.Fatalf("argv of a start %q\nof the dry run %q\nwhose line is %s", argv, dryArgv, line)
	}
	if env != dryEnv {
		ts.Fatalf("environment of a start %q\nof the dry run %q\nwhose line is %s", env, dryEnv, line)
	}
}

// Kubernetes shows what is in its termination log, where there is one.
func TestRefusalsReachTheTerminationLog(t *testing.T) {
	var path, text string
	sys := launcher.Real()
	sys.WriteExisting = func(p, t string) error {
		path, text = p, t
		return nil
	}
	sys.Exec = func(string, []string, []string) error {
		t.Error("java was started")
		return nil
	}
	var stderr bytes.Buffer
	environ := []string{"JVM_HEAP=12q", "JMXMP_PORT=65536", "ENTRYPOINT_LOG=off"}
	if code := run(nil, environ, io.Discard, &stderr, sys); code != launcher.ExitSetting {
		t.Errorf("exit code %d", code)
	}
	if path != "/dev/termination-log" || text != strings.ReplaceAll(stderr.String(), "entrypoint: ", "") || !strings.Contains(text, "JMXMP_PORT 65536: ") {
		t.Errorf("%s has %q, stderr %q", path, text, &stderr)
	}
}

// What is run beside the service leaves the file of its container alone.
func TestDryRunsLeaveTheTerminationLog(t *testing.T) {
	for _, arguments := range [][]string{{"--dry-run"}, {"--dry-run=json"}, {"--dry-run=nothing"}, {"--check"}, {"--check=nothing"}, {"--check", "--java-version", "8"}} {
		sys := launcher.Real()
		sys.WriteExisting = func(path, text string) error {
			t.Errorf("%q writes %q to %s", arguments, text, path)
			return nil
		}
		if code := run(arguments, []string{"HOST_IP=127.0.0.1", "JVM_HEAP=12q"}, io.Discard, io.Discard, sys); code != launcher.ExitSetting {
			t.Errorf("%q: exit code %d", arguments, code)
		}
	}
}

// TestTerminatedBeforeExec ends the entrypoint while it waits for an answer
// that never comes.
func TestTerminatedBeforeExec(t *testing.T) {
	asked := make(chan struct{}, 8)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-r.Context().Done()
	}))
	defer server.Close()
	work := t.TempDir()
	entrypoint, err := exec.LookPath("entrypoint")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(work+"/app.jar", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(work+"/route", []byte("veth 172.17.0.2 172.17.0.1"), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(entrypoint)
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "BIN_JAR=" + work + "/app.jar", "TEST_HOST=" + work, "RECORD=" + work,
		"JVM_LOG_ROOT=" + work + "/log", "JVM_HEAP_DUMP_ROOT=off", "JMXMP=off",
		"ENTRYPOINT_HOST_IP_TIMEOUT=1h", "AWS_EC2_METADATA_SERVICE_ENDPOINT=" + server.URL,
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-asked
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != launcher.ExitTerminated {
		t.Errorf("exit code %d, want %d", code, launcher.ExitTerminated)
	}
	for _, name := range []string{"cmdline", "log"} {
		if _, err := os.Stat(filepath.Join(work, name)); err == nil {
			t.Errorf("%s is there: something was done after SIGTERM", name)
		}
	}
}
