package images

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Both values of DIST give the same files, with the same owners and rights and to the byte, for both architectures: one
// is built in a container, of a fresh clone, the other on the machine. Built over nothing: so all that is compared is
// what Dockerfile.base adds, and no Java of a foreign architecture is needed.
func TestDistsAreAlike(t *testing.T) {
	needDocker(t)
	dist(t)
	compile := append(compilers(t), "--build-arg=DIST=build", fresh(t))
	take := []string{"--build-arg=DIST=prebuilt", root}
	for architecture, machine := range map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64} {
		t.Run(architecture, func(t *testing.T) {
			over := []string{"--platform=linux/" + architecture, "--build-arg=JRE_IMAGE=scratch"}
			built, binary := files(t, slices.Concat(over, compile))
			static(t, "entrypoint", binary, machine)
			small(t, binary)
			prebuilt, binary := files(t, slices.Concat(over, take))
			static(t, "entrypoint", binary, machine)
			if !slices.Equal(built, prebuilt) {
				t.Errorf("DIST=build gives\n%s\nDIST=prebuilt gives\n%s", strings.Join(built, "\n"), strings.Join(prebuilt, "\n"))
			}
			if want := "drwxrwxr-x 0:0 heap_dumps/"; !slices.Contains(built, want) {
				t.Errorf("no %q in\n%s", want, strings.Join(built, "\n"))
			}
		})
	}
}

// What someone with nothing but Docker builds, runs.
func TestBuiltFromSource(t *testing.T) {
	needDocker(t)
	jres := javaImages()
	base := build(t, slices.Concat(compilers(t), []string{
		"--build-arg=DIST=build", "--build-arg=JRE_IMAGE=" + jres[len(jres)-1],
		"--file=" + filepath.Join(root, "Dockerfile.base"), fresh(t),
	})...)
	if out := docker(t, "run", "--rm", base, "--entrypoint-version"); !strings.HasPrefix(out, "entrypoint ") {
		t.Errorf("--entrypoint-version prints %q", out)
	}
}

// compilers are the arguments that name the images to compile in, and the registries that this machine uses.
func compilers(t *testing.T) []string {
	t.Helper()
	golang, maven := os.Getenv("GO_IMAGE"), os.Getenv("MAVEN_IMAGE")
	if golang == "" || maven == "" {
		missing(t, "GO_IMAGE and MAVEN_IMAGE name no images to compile in (golang:1.26, maven:3-eclipse-temurin-21)")
	}
	args := []string{"--build-arg=GO_IMAGE=" + golang, "--build-arg=MAVEN_IMAGE=" + maven}
	for _, name := range []string{"GOPROXY", "GOSUMDB"} {
		value, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		args = append(args, "--build-arg="+name+"="+strings.TrimSpace(string(value)))
	}
	if home, err := os.UserHomeDir(); err == nil {
		settings := filepath.Join(home, ".m2", "settings.xml")
		if _, err := os.Stat(settings); err == nil {
			args = append(args, "--secret=id=maven-settings,src="+settings)
		}
	}
	return args
}

// fresh is the repository as a clone would have it, with what is not committed yet but without dist/ and other results.
func fresh(t *testing.T) string {
	t.Helper()
	clone := t.TempDir()
	list, err := exec.Command("git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(list), "\x00"), "\x00") {
		source, target := filepath.Join(root, name), filepath.Join(clone, name)
		info, err := os.Stat(source)
		if errors.Is(err, fs.ErrNotExist) { // removed, but not in git yet
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(source)
		if err := errors.Join(err, os.MkdirAll(filepath.Dir(target), 0o755), os.WriteFile(target, content, info.Mode())); err != nil {
			t.Fatal(err)
		}
	}
	return clone
}

// files lists what an image built from Dockerfile.base holds, and returns the entrypoint's binary.
func files(t *testing.T, args []string) (list []string, binary []byte) {
	t.Helper()
	args = slices.Concat([]string{"build", "--output=type=tar,dest=-", "--file=" + filepath.Join(root, "Dockerfile.base")}, args)
	archive := tar.NewReader(strings.NewReader(docker(t, args...)))
	for {
		header, err := archive.Next()
		if err == io.EOF {
			slices.Sort(list)
			return list, binary
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		line := fmt.Sprintf("%s %d:%d %s", header.FileInfo().Mode(), header.Uid, header.Gid, header.Name)
		if header.Typeflag == tar.TypeReg {
			line += fmt.Sprintf(" %x", sha256.Sum256(content))
		}
		list = append(list, line)
		if header.Name == "usr/local/bin/entrypoint" {
			binary = content
		}
	}
}

// binaryMost is how large the entrypoint may be, in bytes. The checks of JMX's TLS files and passwords took it beyond
// 8 MB, by 70 kB of their own code; crypto/x509's functions for private keys would be 160 kB more, so they are not used.
// Becoming another user took 80 kB, --check and the count of classes, which open jars, 130 kB, --train 470, regular expressions among it.
const binaryMost = 9_100_000

func small(t *testing.T, binary []byte) {
	t.Helper()
	if len(binary) > binaryMost {
		t.Errorf("the entrypoint has %d bytes, at most %d are wanted", len(binary), binaryMost)
	}
}

// static: it needs no interpreter, hence no library of the image or machine that it runs in.
func static(t *testing.T, name string, binary []byte, machine elf.Machine) {
	t.Helper()
	program, err := elf.NewFile(bytes.NewReader(binary))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if program.Machine != machine {
		t.Errorf("%s is for %v, want %v", name, program.Machine, machine)
	}
	for _, segment := range program.Progs {
		if segment.Type == elf.PT_INTERP {
			t.Errorf("%s is linked dynamically", name)
		}
	}
}
