package launcher

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"
)

// as does something as somebody else; nil: as who we are. What it starts in
// other goroutines is ours, a program that it executes or starts is theirs.
func (s System) as(id *Identity, do func() error) error {
	if id == nil {
		return do()
	}
	done := make(chan error)
	go func() {
		err := s.Become(*id)
		if err != nil {
			err = &SettingError{Name: jvmRunAs, Value: id.Name, Err: err}
		} else {
			err = do()
		}
		done <- err
	}()
	return <-done
}

// javaUID is the number of the user that java will be.
func (s System) javaUID() uint32 {
	if s.RunAs != nil {
		return s.RunAs.UID
	}
	return uint32(s.UID())
}

// AsJava does something as the user that java will be.
func (s System) AsJava(do func() error) error { return s.as(s.RunAs, do) }

// become makes the calling goroutine's thread somebody else, without a way
// back. The thread serves this goroutine alone and ends with it: only by a new
// program, which the kernel puts in the place of the whole process, does
// anything else become so.
func become(id Identity) error {
	runtime.LockOSThread() // never unlocked
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"setgroups", func() error { return setGroups(id.Groups) }},
		{"setresgid", func() error { return setAll(unix.SYS_SETRESGID, id.GID) }},
		{"drop the bounding set", emptyBoundingSet}, // while it may
		{"setresuid", func() error { return setAll(unix.SYS_SETRESUID, id.UID) }},
		{"capset", emptyCapabilities},
		{"no_new_privs", func() error { return unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) }},
	} {
		if err := step.do(); err != nil {
			return fmt.Errorf("%s: %w (%s)", step.name, err, remedy(err, id))
		}
	}
	return checkBecome(id)
}

func remedy(err error, id Identity) string {
	if errors.Is(err, unix.EINVAL) {
		return "this container's user namespace has no such id; name another, or off"
	}
	return fmt.Sprintf("root needs the capabilities SETUID and SETGID for it: add them, or run the container with --user %d:%d, or set %s=off", id.UID, id.GID, jvmRunAs)
}

// Go's own functions change all threads; these the calling one.

func setAll(call uintptr, id uint32) error {
	if _, _, errno := syscall.RawSyscall(call, uintptr(id), uintptr(id), uintptr(id)); errno != 0 {
		return errno
	}
	return nil
}

func setGroups(ids []uint32) error {
	groups := make([]int, len(ids))
	for i, id := range ids {
		groups[i] = int(id)
	}
	return unix.Setgroups(groups)
}

// emptyBoundingSet takes away what a program's file could give. Root may lack
// the capability for that, SETPCAP; no_new_privs keeps such programs from giving
// it then.
func emptyBoundingSet() error {
	for capability := uintptr(0); ; capability++ {
		switch err := unix.Prctl(unix.PR_CAPBSET_DROP, capability, 0, 0, 0); {
		case errors.Is(err, unix.EINVAL), errors.Is(err, unix.EPERM): // there are no more
			return nil
		case err != nil:
			return err
		}
	}
}

// emptyCapabilities leaves none, whatever securebits have setresuid leave. The
// kernel's ambient set is never more than these.
func emptyCapabilities() error {
	header, none := capabilities()
	return unix.Capset(header, &none[0])
}

// capabilities is what capset and capget are called with.
func capabilities() (*unix.CapUserHeader, *[2]unix.CapUserData) {
	return &unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}, &[2]unix.CapUserData{}
}

var errStill = errors.New("something of root is left (a sandbox may answer for the kernel; run the container as that user)")

// checkBecome believes nothing that it can look up or try.
func checkBecome(id Identity) error {
	ruid, euid, suid := unix.Getresuid()
	rgid, egid, sgid := unix.Getresgid()
	groups, err := unix.Getgroups()
	if err != nil {
		return err
	}
	slices.Sort(groups)
	want := make([]int, len(id.Groups))
	for i, group := range id.Groups {
		want[i] = int(group)
	}
	header, held := capabilities()
	if err := unix.Capget(header, &held[0]); err != nil {
		return err
	}
	noNew, err := unix.PrctlRetInt(unix.PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)
	if err != nil {
		return err
	}
	uid, gid := int(id.UID), int(id.GID)
	switch {
	case [3]int{ruid, euid, suid} != [3]int{uid, uid, uid},
		[3]int{rgid, egid, sgid} != [3]int{gid, gid, gid},
		!slices.Equal(groups, want),
		*held != [2]unix.CapUserData{},
		noNew != 1,
		setAll(unix.SYS_SETRESUID, 0) == nil,
		unix.Setgroups(nil) == nil:
		return errStill
	}
	return nil
}
