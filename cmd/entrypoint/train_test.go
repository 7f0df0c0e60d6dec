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

	"jvm-entrypoint/cmd/internal/script"
	"jvm-entrypoint/launcher/jvm"
)

// TestTraining tells the stories of testdata/train with real JVMs: the one of
// javac on PATH and those of TEST_JAVA_HOMES. In every one:
//
//	$JAVA_HOME       a real Java
//	$WORK/app/app.jar  a service: its class Service prints "hello" and goes on until SIGTERM, or, with the
//	                 argument "once", ends; Other is another class of it. With the arguments "plugin" and a
//	                 jar it loads Other from there, too, and deletes it
//	$WORK/chain.jar  the same, with Other in other.jar, which link.jar names
//	$WORK/fat.jar    a service whose jar holds another, and can't unpack itself
//	$WORK/agent.jar  a Java agent that does nothing
//	$WORK/boot.jar   a jar that unpacks itself as Spring Boot's do, into a service and a library of it; packed it
//	                 prints "packed"
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
					return errors.Join(os.Chmod(filepath.Dir(env.WorkDir), 0o755), // for the user of JVM_RUN_AS
						os.Mkdir(env.WorkDir+"/app", 0o755), os.Mkdir(env.WorkDir+"/host", 0o755),
						os.CopyFS(env.WorkDir, os.DirFS(jars)), os.Rename(env.WorkDir+"/app.jar", env.WorkDir+"/app/app.jar"))
				},
				Condition: func(name string) (bool, error) {
					if name == "whole" { // a home that any user can use, not CI's stand-in for one
						_, err := os.Stat(filepath.Join(home, "lib/modules"))
						return err == nil, nil
					}
					return isOfFeature(feature, name)
				},
				Cmds: map[string]func(*testscript.TestScript, bool, []string){
					"edit": edit, "exits": script.Exits, "rewrite": rewrite, "truncate": truncate,
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
import java.net.*;
import java.nio.file.*;
import java.util.function.Supplier;

public class Service {
    public static void main(String[] args) throws Exception {
        Supplier<String> greeting = () -> new Other().greeting();
        System.out.println(greeting.get());
        if (args.length == 2 && args[0].equals("plugin")) {
            Path jar = Paths.get(args[1]);
            try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
                loader.loadClass("Other");
            }
            Files.delete(jar);
            System.out.println("a plugin of " + jar);
        }
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

// launcherSource stands in for Spring Boot's loader and its jarmode tools.
const launcherSource = `
package org.springframework.boot.loader.launch;

import java.io.*;
import java.nio.file.*;

public class JarLauncher {
    public static void main(String[] args) throws Exception {
        if (!"tools".equals(System.getProperty("jarmode"))) {
            System.out.println("packed");
            return;
        }
        if (args.length != 3 || !args[0].equals("extract") || !args[1].equals("--destination")) {
            throw new IllegalArgumentException(String.join(" ", args));
        }
        for (String name : new String[] {"boot.jar", "lib/other.jar"}) {
            Path file = Paths.get(args[2], name);
            Files.createDirectories(file.getParent());
            try (InputStream in = JarLauncher.class.getResourceAsStream("/BOOT-INF/" + name)) {
                Files.copy(in, file);
            }
        }
    }
}
`

const agentSource = `
public class Agent {
    public static void premain(String arguments) {}
}
`

// compile makes the jars of the stories.
func compile(t *testing.T, javac, to string) {
	t.Helper()
	classes := map[string][]byte{}
	folder := t.TempDir()
	for name, source := range map[string]string{"Service": serviceSource, "Agent": agentSource, "JarLauncher": launcherSource} {
		file := filepath.Join(folder, name+".java")
		if err := os.WriteFile(file, []byte(source), 0o644); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(javac, "-nowarn", "--release", "8", "-d", folder, file).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	const launcher = "org/springframework/boot/loader/launch/JarLauncher"
	for _, name := range []string{"Service", "Other", "Agent", launcher} {
		content, err := os.ReadFile(filepath.Join(folder, name+".class"))
		if err != nil {
			t.Fatal(err)
		}
		classes[name+".class"] = content
	}
	service, other := classes["Service.class"], classes["Other.class"]
	for name, jar := range map[string][]byte{
		"app.jar": jarOf("Main-Class: Service", entry{"Service.class", service}, entry{"Other.class", other}),
		"fat.jar": jarOf("Main-Class: Service", entry{"Service.class", service}, entry{"Other.class", other},
			entry{"BOOT-INF/lib/other.jar", jarOf("Created-By: nobody")}),
		"chain.jar": jarOf("Main-Class: Service\r\nClass-Path: link.jar", entry{"Service.class", service}),
		"link.jar":  jarOf("Class-Path: other.jar"),
		"other.jar": jarOf("Created-By: nobody", entry{"Other.class", other}),
		"agent.jar": jarOf("Premain-Class: Agent", entry{"Agent.class", classes["Agent.class"]}),
		"boot.jar": jarOf("Main-Class: "+strings.ReplaceAll(launcher, "/", "."), entry{launcher + ".class", classes[launcher+".class"]},
			entry{"BOOT-INF/lib/spring-boot-jarmode-tools-0.jar", nil},
			entry{"BOOT-INF/boot.jar", jarOf("Main-Class: Service\r\nClass-Path: lib/other.jar", entry{"Service.class", service})},
			entry{"BOOT-INF/lib/other.jar", jarOf("Created-By: nobody", entry{"Other.class", other})}),
	} {
		if err := os.WriteFile(filepath.Join(to, name), jar, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// entry is a file in a jar.
type entry struct {
	name    string
	content []byte
}

// jarOf makes a jar, in which nothing is compressed.
func jarOf(manifest string, entries ...entry) []byte {
	text := "Manifest-Version: 1.0\r\n" + manifest + "\r\n\r\n"
	return zipOf(append([]entry{{"META-INF/MANIFEST.MF", []byte(text)}}, entries...)...)
}

func zipOf(entries ...entry) []byte {
	var text bytes.Buffer
	writer := zip.NewWriter(&text)
	add := func(name string, content []byte) {
		out, err := writer.CreateHeader(&zip.FileHeader{Name: name, Modified: time.Unix(1_700_000_000, 0)})
		if err == nil {
			_, err = out.Write(content)
		}
		if err != nil {
			panic(err) // into memory
		}
	}
	for _, e := range entries {
		add(e.name, e.content)
	}
	if err := writer.Close(); err != nil {
		panic(err)
	}
	return text.Bytes()
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

// rewrite changes the greeting in a jar so that neither its size nor
// its time tells, as in a build that gives all files one time.
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
	var entries []entry
	for _, file := range reader.File {
		in, err := file.Open()
		ts.Check(err)
		content, err := io.ReadAll(in)
		ts.Check(err)
		entries = append(entries, entry{file.Name, bytes.ReplaceAll(content, []byte("hello"), []byte("world"))})
	}
	text := zipOf(entries...)
	if int64(len(text)) != info.Size() {
		ts.Fatalf("%d bytes, were %d", len(text), info.Size())
	}
	ts.Check(os.WriteFile(file, text, 0o644))
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
