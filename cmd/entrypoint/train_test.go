package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"jvm-entrypoint/launcher/jvm"
)

// TestTraining tells the stories of testdata/train with real JVMs: the one of
// javac on PATH and those of TEST_JAVA_HOMES. In every one:
//
//	$JAVA_HOME       a real Java
//	$WORK/app/app.jar  a service: its class Service prints "hello" and goes on until SIGTERM, or, with the
//	                 argument "once", ends; Other is another class of it
//	$WORK/agent.jar  a Java agent that does nothing
//	[from:N] [before:N]  whether that Java is so new, or so old
//	truncate FILE    cuts a file short
//	rewrite FILE     puts other classes into a jar, of the same size and time
//	edit FILE A B    puts B in the place of A in a file
func TestTraining(t *testing.T) {
	if os.Geteuid() != 0 {
		needed(t, "a training is for root")
	}
	javac, err := exec.LookPath("javac")
	if err != nil {
		needed(t, err.Error())
	}
	jars := t.TempDir()
	compile(t, javac, jars)
	resolved, err := filepath.EvalSymlinks(javac)
	if err != nil {
		t.Fatal(err)
	}
	homes := append(filepath.SplitList(os.Getenv("TEST_JAVA_HOMES")), filepath.Dir(filepath.Dir(resolved)))
	for _, home := range homes {
		feature := featureOf(t, home)
		t.Run(filepath.Base(home), func(t *testing.T) {
			testscript.Run(t, testscript.Params{
				Dir:                 "testdata/train",
				RequireExplicitExec: true,
				RequireUniqueNames:  true,
				Setup: func(env *testscript.Env) error {
					for name, value := range map[string]string{
						"JAVA_HOME": home, "JVM_ARCHIVE": env.WorkDir + "/archive", "JMXMP_AGENT": env.WorkDir + "/agent.jar",
						"BIN_JAR": env.WorkDir + "/app/*.jar", "JVM_LOG_ROOT": env.WorkDir + "/log", "JVM_HEAP_DUMP_ROOT": "off",
						"HOST_IP": "127.0.0.1", "ENTRYPOINT_HOST_IP_TIMEOUT": "0", "AWS_EC2_METADATA_DISABLED": "true", "PWD": env.WorkDir,
						"TEST_HOST": env.WorkDir + "/host", "JVM_HEAP": "64m", "ENTRYPOINT_TRAIN_READY": "^(hello|world)$", "ENTRYPOINT_TRAIN_TIMEOUT": "2m", "LANG": "C.UTF-8",
					} {
						env.Setenv(name, value)
					}
					return errors.Join(os.Mkdir(env.WorkDir+"/app", 0o755), os.Mkdir(env.WorkDir+"/host", 0o755),
						os.CopyFS(env.WorkDir, os.DirFS(jars)), os.Rename(env.WorkDir+"/app.jar", env.WorkDir+"/app/app.jar"))
				},
				Condition: func(name string) (bool, error) { return isOfFeature(feature, name) },
				Cmds: map[string]func(*testscript.TestScript, bool, []string){
					"edit": edit, "exits": exits, "rewrite": rewrite, "truncate": truncate,
				},
			})
		})
	}
}

// needed skips a test on somebody's laptop; in CI nothing may be skipped.
func needed(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what)
	}
	t.Skip(what)
}

const serviceSource = `
import java.util.function.Supplier;

public class Service {
    public static void main(String[] args) throws Exception {
        Supplier<String> greeting = () -> new Other().greeting();
        System.out.println(greeting.get());
        if (args.length == 0 || !args[0].equals("once")) {
            Thread.sleep(600_000);
        }
    }
}

class Other {
    String greeting() {
        return System.getProperty("greeting", "hello");
    }
}
`

const agentSource = `
public class Agent {
    public static void premain(String arguments) {}
}
`

// compile makes the service's jar and the agent's.
func compile(t *testing.T, javac, to string) {
	t.Helper()
	for name, source := range map[string]string{"Service": serviceSource, "Agent": agentSource} {
		folder := t.TempDir()
		file := filepath.Join(folder, name+".java")
		if err := os.WriteFile(file, []byte(source), 0o644); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(javac, "-nowarn", "--release", "8", "-d", folder, file).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		jar, manifest := "app.jar", "Main-Class: Service"
		if name == "Agent" {
			jar, manifest = "agent.jar", "Premain-Class: Agent"
		}
		if err := jarOf(filepath.Join(to, jar), folder, manifest); err != nil {
			t.Fatal(err)
		}
	}
}

// jarOf makes a jar of a folder's classes.
func jarOf(file, folder, manifest string) error {
	classes, err := filepath.Glob(filepath.Join(folder, "*.class"))
	if err != nil {
		return err
	}
	var text bytes.Buffer
	writer := zip.NewWriter(&text)
	add := func(name string, content []byte) error {
		entry, err := writer.CreateHeader(&zip.FileHeader{Name: name, Modified: time.Unix(1_700_000_000, 0)})
		if err == nil {
			_, err = entry.Write(content)
		}
		return err
	}
	err = add("META-INF/MANIFEST.MF", []byte("Manifest-Version: 1.0\r\n"+manifest+"\r\n\r\n"))
	for _, class := range classes {
		content, wrong := os.ReadFile(class)
		err = errors.Join(err, wrong, add(filepath.Base(class), content))
	}
	return errors.Join(err, writer.Close(), os.WriteFile(file, text.Bytes(), 0o644))
}

// featureOf asks a java for its version.
func featureOf(t *testing.T, home string) int {
	t.Helper()
	out, err := exec.Command(filepath.Join(home, "bin/java"), "-fullversion").CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", home, err, out)
	}
	version, err := jvm.ParseFullVersion(string(out))
	if err != nil {
		t.Fatal(err)
	}
	return version.Feature
}

func isOfFeature(feature int, condition string) (bool, error) {
	kind, number, _ := strings.Cut(condition, ":")
	n, err := strconv.Atoi(number)
	switch {
	case err != nil:
	case kind == "from":
		return feature >= n, nil
	case kind == "before":
		return feature < n, nil
	}
	return false, errors.New("unknown condition " + condition)
}

func truncate(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: truncate FILE")
	}
	file := ts.MkAbs(args[0])
	info, err := os.Stat(file)
	ts.Check(err)
	ts.Check(os.Truncate(file, info.Size()-4096))
}

// rewrite changes the greeting in a jar whose entries are stored or deflated, so
// that neither its size nor its time tells: what a build does that gives all its
// files one time.
func rewrite(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: rewrite FILE")
	}
	file := ts.MkAbs(args[0])
	info, err := os.Stat(file)
	ts.Check(err)
	reader, err := zip.OpenReader(file)
	ts.Check(err)
	defer reader.Close()
	var text bytes.Buffer
	writer := zip.NewWriter(&text)
	for _, entry := range reader.File {
		in, err := entry.Open()
		ts.Check(err)
		content, err := io.ReadAll(in)
		ts.Check(err)
		out, err := writer.CreateHeader(&zip.FileHeader{Name: entry.Name, Modified: entry.Modified})
		ts.Check(err)
		_, err = out.Write(bytes.ReplaceAll(content, []byte("hello"), []byte("world")))
		ts.Check(err)
	}
	ts.Check(writer.Close())
	if int64(text.Len()) != info.Size() {
		ts.Fatalf("%d bytes, were %d", text.Len(), info.Size())
	}
	ts.Check(os.WriteFile(file, text.Bytes(), 0o644))
	ts.Check(os.Chtimes(file, info.ModTime(), info.ModTime()))
}

func edit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: edit FILE A B")
	}
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("no %s in\n%s", args[1], text)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(text, args[1], args[2])), 0o644))
}
