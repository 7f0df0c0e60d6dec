package host

import (
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

// read gives a small file's text. A file beyond the limit is cut, which its
// parser then finds out.
func read(root fs.FS, name string) (string, error) {
	file, err := root.Open(InRoot(name))
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, readLimit))
	return string(text), err
}
