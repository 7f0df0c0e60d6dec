package host

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"
)

// readLimit bounds the kernel's files, in bytes. A cgroup or mountinfo file of a
// host with very many mounts stays below it.
const readLimit = 1 << 20

// InRoot turns an absolute path into the form that a file system at / wants.
func InRoot(file string) string {
	if file = strings.TrimLeft(path.Clean(file), "/"); file != "" {
		return file
	}
	return "."
}

// OpenFile opens nothing but a regular file, as those of /proc count too: a
// pipe would hang a start, a device would fill its memory.
func OpenFile(root fs.FS, name string) (fs.File, error) {
	info, err := fs.Stat(root, InRoot(name))
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errNoFile
	}
	file, err := root.Open(InRoot(name))
	if err != nil {
		return nil, err
	}
	// It may be another one by now.
	if info, err = file.Stat(); err != nil || !info.Mode().IsRegular() {
		file.Close()
		return nil, errNoFile
	}
	return file, nil
}

// readFile gives the text of a small file of the kernel's, cut at the limit.
func readFile(root fs.FS, name string) (string, error) {
	file, err := root.Open(InRoot(name))
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, readLimit))
	return string(text), err
}

// ReadText gives a file's whole text, and an error where it is longer than a
// number of bytes.
func ReadText(root fs.FS, name string, most int64) (string, error) {
	file, err := OpenFile(root, name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, most+1))
	if err == nil && int64(len(text)) > most {
		err = errTooLong
	}
	return string(text), err
}

var errTooLong = errors.New("too long to be meant")

var errNoFile = errors.New("not a file")
