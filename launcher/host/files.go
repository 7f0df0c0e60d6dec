package host

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"
)

// readLimit bounds every file that is read here. A cgroup or mountinfo file of
// a host with very many mounts stays below it.
const readLimit = 1 << 20

// InRoot turns an absolute path into the form that a file system at / wants.
func InRoot(file string) string {
	if file = strings.TrimLeft(path.Clean(file), "/"); file != "" {
		return file
	}
	return "."
}

// ReadFile gives a small file's text. It opens nothing but regular files, as
// those of /proc count too: a pipe would hang a start, a device would fill its
// memory. A file beyond the limit is cut, which its parser then finds out.
func ReadFile(root fs.FS, name string) (string, error) {
	info, err := fs.Stat(root, InRoot(name))
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", &fs.PathError{Op: "read", Path: name, Err: errIrregular}
	}
	file, err := root.Open(InRoot(name))
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, readLimit))
	return string(text), err
}

var errIrregular = errors.New("not a regular file")
