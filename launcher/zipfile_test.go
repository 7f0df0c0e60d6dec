package launcher

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// zipOf makes a zip file of names and contents; those of names that end in .jar
// are stored as they are.
func zipOf(t testing.TB, files ...string) []byte {
	t.Helper()
	var text bytes.Buffer
	writer := zip.NewWriter(&text)
	for i := 0; i+1 < len(files); i += 2 {
		method := zip.Deflate
		if strings.HasSuffix(files[i], ".jar") {
			method = zip.Store
		}
		file, err := writer.CreateHeader(&zip.FileHeader{Name: files[i], Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(files[i], "/") { // a folder has no content
			continue
		}
		if _, err := io.WriteString(file, files[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}

// withComment puts a comment behind a zip file.
func withComment(file []byte, comment string) []byte {
	file = slices.Clone(file)
	binary.LittleEndian.PutUint16(file[len(file)-2:], uint16(len(comment)))
	return append(file, comment...)
}

// asLong writes a zip file's end as zip64 has it, and its lines, too.
func asLong(t testing.TB, name, content string) []byte {
	t.Helper()
	file := zipOf(t, name, content)
	end := file[len(file)-endLength:]
	length, offset := le.Uint32(end[12:]), le.Uint32(end[16:])
	line := slices.Clone(file[offset : offset+length])
	extra := le.AppendUint16(le.AppendUint16(nil, 1), 24)
	for _, at := range []int{24, 20, 42} { // the length, that of it packed, the offset
		extra = le.AppendUint64(extra, uint64(le.Uint32(line[at:])))
		le.PutUint32(line[at:], math.MaxUint32)
	}
	le.PutUint16(line[30:], uint16(len(extra)))
	file = slices.Concat(file[:offset], line, extra)
	at := uint64(len(file))
	long := make([]byte, longEndLength)
	le.PutUint32(long, longEndMark)
	le.PutUint64(long[40:], at-uint64(offset))
	le.PutUint64(long[48:], uint64(offset))
	file = append(file, long...)
	file = le.AppendUint32(le.AppendUint32(file, locatorMark), 0)
	file = le.AppendUint32(le.AppendUint64(file, at), 1)
	le.PutUint16(end[10:], math.MaxUint16)
	le.PutUint32(end[12:], math.MaxUint32)
	le.PutUint32(end[16:], math.MaxUint32)
	return append(file, end...)
}

func TestZipFile(t *testing.T) {
	plain := zipOf(t, "a/A.class", "hello", "b.jar", "stored")
	for name, file := range map[string][]byte{
		"plain":                   plain,
		"with a comment":          withComment(plain, "made by hand"),
		"with the longest":        withComment(plain, strings.Repeat("x", math.MaxUint16)),
		"with garbage behind it":  append(slices.Clone(plain), "\n\n"...),
		"with a program in front": append([]byte("#!/bin/sh\nexec java -jar $0\n"), plain...),
	} {
		z, err := openZip(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for entry, want := range map[string]string{"a/A.class": "hello", "b.jar": "stored"} {
			if got := contentOf(t, z, entry); got != want {
				t.Errorf("%s: %s holds %q, want %q", name, entry, got, want)
			}
		}
		if _, err := z.find("c"); !errors.Is(err, errNoEntry) {
			t.Errorf("%s: what is not there: %v", name, err)
		}
	}
}

func TestZip64(t *testing.T) {
	file := asLong(t, "A.class", "hello")
	z, err := openZip(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	if got := contentOf(t, z, "A.class"); got != "hello" {
		t.Errorf("it holds %q", got)
	}
}

func contentOf(t *testing.T, z zipFile, name string) string {
	t.Helper()
	entry, err := z.find(name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	opened, err := z.open(entry)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	text, err := io.ReadAll(opened)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return string(text)
}

// What is no zip file, or damaged, is told as that; what can't be read as what
// the system says.
func TestZipFileDamaged(t *testing.T) {
	plain := zipOf(t, "a/A.class", "hello")
	end := len(plain) - endLength
	damaged := func(at int, with ...byte) []byte {
		file := slices.Clone(plain)
		copy(file[at:], with)
		return file
	}
	for name, file := range map[string][]byte{
		"empty":                       nil,
		"text":                        []byte("hello"),
		"cut":                         plain[:len(plain)-3],
		"a table that is too long":    damaged(end+12, 0xff, 0xff, 0xff, 0x7f),
		"a table that begins too far": damaged(end+16, 0xff, 0xff, 0xff, 0x7f),
		"a line of another kind":      damaged(end-lineLength-len("a/A.class"), 'x'),
		"a name beyond the table":     damaged(end-lineLength-len("a/A.class")+28, 0xff, 0xff),
		"a comment beyond the table":  damaged(end-lineLength-len("a/A.class")+32, 0xff, 0xff),
		"a table that is too short":   damaged(end+12, 10, 0, 0, 0),
	} {
		z, err := openZip(bytes.NewReader(file), int64(len(file)))
		if err == nil {
			_, err = z.find("a/A.class")
		}
		if !errors.Is(err, errNotItsName) {
			t.Errorf("%s: %v", name, err)
		}
	}
	broken := errors.New("input/output error")
	if _, err := openZip(struct {
		io.Reader
		io.ReaderAt
	}{nil, brokenAt{broken}}, 1000); !errors.Is(err, broken) {
		t.Errorf("what can't be read: %v", err)
	}
}

type brokenAt struct{ err error }

func (b brokenAt) ReadAt([]byte, int64) (int, error) { return iotest.ErrReader(b.err).Read(nil) }

// A table whose lines claim to be many takes no memory: it is read in passing.
func TestZipFileOfManyEntriesTakesNoMemory(t *testing.T) {
	file := zipOfEmpty(300_000)
	z, err := openZip(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	entries := 0
	runtime.ReadMemStats(&before)
	for _, err := range z.entries() {
		if err != nil {
			t.Fatal(err)
		}
		entries++
	}
	runtime.ReadMemStats(&after)
	if entries != 300_000 {
		t.Errorf("%d entries", entries)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > 1<<20 {
		t.Errorf("it took %d bytes", took)
	}
}

// zipOfEmpty is a zip file of entries without a name, as many as fit into a file.
func zipOfEmpty(entries int) []byte {
	line := make([]byte, lineLength)
	le.PutUint32(line, lineMark)
	file := bytes.Repeat(line, entries)
	length := len(file)
	end := make([]byte, endLength)
	le.PutUint32(end, endMark)
	le.PutUint16(end[10:], uint16(entries))
	le.PutUint32(end[12:], uint32(length))
	return append(file, end...)
}

// Whatever a file holds, reading it comes to an end.
func FuzzOpenZip(f *testing.F) {
	f.Add(zipOf(f, "META-INF/MANIFEST.MF", "Main-Class: A\r\n", "a/A.class", "hello", "lib/b.jar", string(zipOf(f, "B.class", ""))))
	f.Add(withComment(zipOf(f, "A.class", ""), "x"))
	f.Add(asLong(f, "A.class", "hello"))
	f.Add(zipOfEmpty(3))
	f.Fuzz(func(t *testing.T, file []byte) {
		z, err := openZip(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			return
		}
		read := 0
		for entry := range z.entries() {
			if opened, err := z.open(entry); err == nil {
				_, _ = io.Copy(io.Discard, io.LimitReader(opened, 1<<10))
			}
			if inner, err := z.inner(entry); err == nil {
				_, _ = inner.find("A.class")
			}
			read++
		}
		if most := len(file)/lineLength + 1; read > most {
			t.Errorf("%d entries in %d bytes", read, len(file))
		}
	})
}

// What archive/zip writes is read as it was, whatever stands before and behind it.
func FuzzZipFileAsWritten(f *testing.F) {
	f.Add("A.class", "hello", "b.jar", "stored", "#!/bin/sh\n", "comment")
	f.Fuzz(func(t *testing.T, first, one, second, other, before, behind string) {
		if max(len(first), len(second), len(behind)) > math.MaxUint16 || strings.Contains(behind, "PK\x05\x06") {
			return
		}
		file := withComment(append([]byte(before), zipOf(t, first, one, second, other)...), behind)
		z, err := openZip(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for entry, err := range z.entries() {
			if err != nil {
				t.Fatal(err)
			}
			opened, err := z.open(entry)
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(opened)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, entry.name, string(text))
		}
		want := []string{first, one, second, other}
		for i := 0; i < len(want); i += 2 {
			if strings.HasSuffix(want[i], "/") { // a folder has no content
				want[i+1] = ""
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	})
}
