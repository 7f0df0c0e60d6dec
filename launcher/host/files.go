package host

import (
	"io"
	"io/fs"
	"strings"
)

// readLimit bounds every file that is read here. A cgroup or mountinfo file of
// a host with very many mounts stays below it.
const readLimit = 1 << 20

// inRoot turns an absolute path into the form that fs.FS wants.
func inRoot(path string) string { return strings.TrimLeft(path, "/") }

// read gives a small file's text. A file beyond the limit is cut, which its
// parser then finds out.
func read(root fs.FS, path string) (string, error) {
	file, err := root.Open(inRoot(path))
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, readLimit))
	return string(text), err
}
