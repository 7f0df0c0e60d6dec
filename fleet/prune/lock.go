package prune

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Lock keeps others out until it is closed, or we end. It is on a file of its own,
// away from the containers' folders: there a service could hold it for ever.
func Lock(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w (name another file: --lock FILE)", shown(path), cause(err))
	}
	_, err = again(func() (int, error) { return 0, unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB) })
	switch {
	case errors.Is(err, unix.EWOULDBLOCK):
		err = errors.New("another fleet prune is at work")
	case err == nil:
		return file, nil
	}
	return nil, errors.Join(fmt.Errorf("lock %s: %w", shown(path), err), file.Close())
}
