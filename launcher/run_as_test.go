package launcher

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"golang.org/x/sys/unix"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

const (
	passwdText = "root:x:0:0:root:/root:/bin/sh\n" +
		"toor:x:0:0::/root:\n" +
		"# a comment: with: colons\n" +
		"+nis::\n" +
		"short:x:70\n" +
		"half:x:no:1:::\n" +
		"all:x:4294967295:1:::\n" +
		"app:x:1001:2001:An app:/home/app:/bin/false\n" +
		"app:x:1002:2002::/second:\n" +
		"500:x:1003:2003::/digits:\n" +
		"last:x:1004:2004::/last:" // without an end of line
	groupText = "root:x:0:\nstaff:x:50:other,app\nlog:x:4:app\nlike:x:51:app2,myapp\nown:x:2001:app\nbad:x:y:app\n"
)

// The rules are those of docker run --user.
func TestRunAsFind(t *testing.T) {
	for _, test := range []struct{ setting, want string }{
		{"app", "1001:2001 [4 50 2001] /home/app"},
		{"1001", "1001:2001 [4 50 2001] /home/app"},
		{"app:log", "1001:4 [4] /home/app"},
		{"app:7", "1001:7 [7] /home/app"},
		{"app:0", "1001:0 [0] /home/app"},
		{"12345", "12345:0 [0] /"},
		{"12345:12345", "12345:12345 [12345] /"},
		{"12345:staff", "12345:50 [50] /"},
		{"4294967294", "4294967294:0 [0] /"},
		{"last", "1004:2004 [2004] /last"},
		{"500", "1003:2003 [2003] /digits"},
		{"root", "is root"},
		{"toor", "is root"},
		{"0:1000", "is root"},
		{"00", "is root"},
		{"nobody", "no such user"},
		{"half", "no such user"},
		{"all", "no such user"},
		{"-1", "no such user"},
		{"short", "has no group"},
		{"short:4", "70:4 [4] /"},
		{"app:wheel", "no such group"},
		{"app:bad", "no such group"},
	} {
		var runAs RunAs
		if err := runAs.UnmarshalText([]byte(test.setting)); err != nil {
			t.Errorf("%s: %v", test.setting, err)
			continue
		}
		id, err := runAs.find(passwdText, groupText)
		got := fmt.Sprintf("%d:%d %d %s", id.UID, id.GID, id.Groups, id.Home)
		if err != nil {
			got = err.Error()
		}
		if !strings.HasPrefix(got, test.want) {
			t.Errorf("%s: got %s, want %s", test.setting, got, test.want)
		}
	}
}

func TestRunAsRefuses(t *testing.T) {
	for _, text := range []string{":", "app:", ":staff", "app:staff:log", "a b", "app:\n", "4294967295", "1:4294967296", "99999999999999999999"} {
		var runAs RunAs
		if err := runAs.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is read as %+v", text, runAs)
		}
	}
}

func FuzzRunAsFind(f *testing.F) {
	f.Add("app", "log", passwdText, groupText)
	f.Fuzz(func(t *testing.T, user, group, passwd, groups string) {
		id, err := RunAs{user, group}.find(passwd, groups)
		if err == nil && (id.UID == 0 || id.UID+1 == 0 || id.GID+1 == 0 || !slices.Contains(id.Groups, id.GID) || id.Home == "") {
			t.Errorf("found %+v", id)
		}
	})
}

// asRoot is a System of root's that becomes whoever it is told to, in name.
func asRoot(became *[]Identity) System {
	return System{
		Outside: host.Outside{Root: fstest.MapFS{"etc/passwd": {Data: []byte(passwdText)}, "etc/group": {Data: []byte(groupText)}}},
		UID:     func() int { return 0 },
		Become: func(id Identity) error {
			*became = append(*became, id)
			return nil
		},
	}
}

func TestFindRunAs(t *testing.T) {
	var became []Identity
	sys := asRoot(&became)
	id, err := FindRunAs(settings(t, "JVM_RUN_AS=app"), sys)
	if err != nil || id == nil || id.String() != "app (1001:2001)" || len(became) != 1 {
		t.Fatalf("got %v, %v, became %v", id, err, became)
	}
	for _, environ := range []string{"JVM_RUN_AS=", "JVM_RUN_AS=off", "OTHER=1"} {
		if id, err := FindRunAs(settings(t, environ), sys); id != nil || err != nil {
			t.Errorf("%s: %v, %v", environ, id, err)
		}
	}
	refused := func(what, setting string, sys System) {
		t.Helper()
		if id, err := FindRunAs(settings(t, "JVM_RUN_AS="+setting), sys); id != nil || ExitCode(err) != ExitSetting || !strings.HasPrefix(err.Error(), "JVM_RUN_AS "+setting+": ") {
			t.Errorf("%s: %v, %v", what, id, err)
		}
	}
	denied := sys
	denied.Become = func(Identity) error { return syscall.EPERM }
	refused("root can't", "app", denied)
	long := sys
	long.Root = fstest.MapFS{"etc/group": {Data: make([]byte, accountsMost+1)}}
	refused("too long a file", "10001", long)

	// Whoever is not root stays who they are, but a wrong name is wrong.
	sys.UID = func() int { return 1000 }
	became = nil
	if id, err := FindRunAs(settings(t, "JVM_RUN_AS=app"), sys); id != nil || err != nil || len(became) > 0 {
		t.Errorf("not root: %v, %v, became %v", id, err, became)
	}
	refused("unknown", "nobody", sys)

	// No file need know a number.
	sys = asRoot(&became)
	sys.Root = fstest.MapFS{}
	if id, err := FindRunAs(settings(t, "JVM_RUN_AS=10001:10001"), sys); err != nil || id == nil || id.String() != "10001:10001" {
		t.Errorf("a number: %v, %v", id, err)
	}
}

// A number without a group leaves java in root's, which is told where nobody
// asked for it.
func TestRunAsWithoutAGroup(t *testing.T) {
	const advice = "JVM_RUN_AS 54321: nobody in /etc/passwd has that number, so its group is 0, root's (write 54321:54321, or 54321:0 where that is meant)"
	for _, test := range []struct {
		setting string
		uid     int
		tells   bool
	}{
		{"54321", 0, true},
		{"54321", 1000, false}, // who stays who they are
		{"54321:0", 0, false},
		{"54321:54321", 0, false},
		{"54321:root", 0, false},
		{"1001", 0, false},
		{"app", 0, false},
		{"off", 0, false},
	} {
		var became []Identity
		sys := asRoot(&became)
		sys.UID = func() int { return test.uid }
		r := request(t, "JVM_RUN_AS="+test.setting)
		var err error
		if r.RunAs, err = FindRunAs(r.Settings, sys); err != nil {
			t.Fatal(err)
		}
		var want []string
		if test.tells {
			want = []string{advice}
		}
		if got := plan(t, r, container()).Warnings; !slices.Equal(got, want) {
			t.Errorf("%s as %d: %q", test.setting, test.uid, got)
		}
	}
}

func TestRunAsChangesHome(t *testing.T) {
	app := &Identity{Name: "app", UID: 1, Home: "/home/app", RootHome: "/root"}
	for _, test := range []struct {
		home string
		id   *Identity
		want []Change
	}{
		{"HOME=/root", app, []Change{{Name: "HOME", Value: "/home/app"}}},
		{"OTHER=1", app, []Change{{Name: "HOME", Value: "/home/app"}}},
		{"HOME=/data", app, nil},
		{"HOME=/home/app", app, nil},
		{"HOME=/root", nil, nil},
	} {
		r := request(t, test.home)
		r.RunAs = test.id
		if got := r.home(); !slices.Equal(got, test.want) {
			t.Errorf("%s as %v: %v", test.home, test.id, got)
		}
	}
}

// Whoever the plan names is whom java becomes, whatever else is known.
func TestExecBecomes(t *testing.T) {
	r := request(t, "JVM_RUN_AS=app")
	r.RunAs = &Identity{Name: "app", UID: 1001}
	p := plan(t, r, container())
	var became []Identity
	rec := &recorder{execErr: syscall.EACCES}
	sys := rec.system()
	sys.Become = asRoot(&became).Become
	if err := p.Exec(t.Context(), sys); ExitCode(err) != ExitCannotRun || len(became) != 1 || became[0].UID != 1001 {
		t.Errorf("%v, became %v", err, became)
	}
	rec.executed = nil
	sys.Become = func(Identity) error { return syscall.EPERM }
	if err := p.Exec(t.Context(), sys); ExitCode(err) != ExitSetting || rec.executed != nil {
		t.Errorf("%v, executed %q", err, rec.executed)
	}
}

// A start that java refuses in the end leaves no empty folder.
func TestExecLeavesNoFolder(t *testing.T) {
	rec := &recorder{execErr: syscall.ENOENT}
	p, err := plan(t, request(t), container()).MakeFolders(rec.system())
	if err != nil || len(rec.made) != 2 {
		t.Fatalf("%v, made %q", err, rec.made)
	}
	if err := p.Exec(t.Context(), rec.system()); err == nil || len(rec.made) > 0 {
		t.Errorf("%v, %q is left", err, rec.made)
	}
}

// needRoot skips where nobody can be become; in CI nothing may be skipped.
func needRoot(t *testing.T) {
	t.Helper()
	switch {
	case os.Getuid() == 0:
	case os.Getenv("CI") == "true":
		t.Fatal("CI must run this as root")
	default:
		t.Skip("needs root")
	}
}

var somebody = Identity{Name: "somebody", UID: 54321, GID: 54322, Groups: []uint32{4, 54322}}

// asSomebody fails the test where somebody can't do something.
func asSomebody(t *testing.T, do func() error) {
	t.Helper()
	if err := (System{Become: become}).as(&somebody, do); err != nil {
		t.Error(err)
	}
}

// What is become has nothing of root left; what goes on beside it is root's.
func TestBecome(t *testing.T) {
	needRoot(t)
	// Capabilities that setresuid would leave, as odd runtimes have them.
	sys := System{Become: func(id Identity) error {
		runtime.LockOSThread()
		header, held := capabilities()
		err := unix.Capget(header, &held[0])
		held[0].Inheritable, held[1].Inheritable = held[0].Permitted, held[1].Permitted
		return errors.Join(err, unix.Capset(header, &held[0]), unix.Prctl(unix.PR_SET_KEEPCAPS, 1, 0, 0, 0), become(id))
	}}
	err := sys.as(&somebody, func() error {
		status, err := os.ReadFile(fmt.Sprintf("/proc/self/task/%d/status", unix.Gettid()))
		if err != nil {
			return err
		}
		for _, want := range []string{
			"Uid:\t54321\t54321\t54321\t54321\n", "Gid:\t54322\t54322\t54322\t54322\n", "Groups:\t4 54322 \n",
			"CapInh:\t0000000000000000\n", "CapPrm:\t0000000000000000\n", "CapEff:\t0000000000000000\n",
			"CapBnd:\t0000000000000000\n", "CapAmb:\t0000000000000000\n", "NoNewPrivs:\t1\n",
		} {
			if !strings.Contains(string(status), want) {
				t.Errorf("no %q in\n%s", want, status)
			}
		}
		out, err := output(t.Context(), nil, "id", "-u")
		if out != "54321\n" {
			t.Errorf("a program that it starts is %q", out)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(t.TempDir(), "roots"), nil, 0o600); err != nil || os.Getuid() != 0 {
		t.Errorf("root is not what it was: %v", err)
	}
	if err := become54321Again(); err == nil {
		t.Error("somebody else than root became somebody")
	}
}

// become54321Again tries it without root's rights.
func become54321Again() error {
	return (System{Become: become}).as(&somebody, func() error { return become(Identity{UID: 1, Groups: []uint32{0}}) })
}

// A check that something of root is left is worth only as much as what it finds.
func TestCheckBecomeFinds(t *testing.T) {
	needRoot(t)
	asSomebody(t, func() error {
		for _, other := range []Identity{
			{UID: 1, GID: 54322, Groups: []uint32{4, 54322}},
			{UID: 54321, GID: 0, Groups: []uint32{4, 54322}},
			{UID: 54321, GID: 54322, Groups: []uint32{54322}},
		} {
			if err := checkBecome(other); !errors.Is(err, errStill) {
				t.Errorf("taken for %+v: %v", other, err)
			}
		}
		return checkBecome(somebody)
	})
	if err := checkBecome(Identity{}); err == nil {
		t.Error("root is taken for somebody who has nothing of root")
	}
}

// shared is a folder that the host shares: root's, and everybody may enter it.
func shared(t *testing.T) string {
	t.Helper()
	needRoot(t)
	root, err := filepath.EvalSymlinks(t.TempDir())
	for folder := root; err == nil && folder != os.TempDir() && folder != "/"; folder = filepath.Dir(folder) {
		err = os.Chmod(folder, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func owner(t *testing.T, path string) string {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	stat := info.Sys().(*syscall.Stat_t)
	return fmt.Sprintf("%d:%d %v", stat.Uid, stat.Gid, info.Mode())
}

func TestMakeFolderFor(t *testing.T) {
	root := shared(t)
	made, err := makeFolderFor(root+"/new/root", "ours", somebody)
	if want := []string{root + "/new", root + "/new/root", root + "/new/root/ours"}; err != nil || !slices.Equal(made, want) {
		t.Fatalf("made %q, %v", made, err)
	}
	if got := owner(t, root+"/new/root/ours"); got != "54321:54322 drwxr-xr-x" {
		t.Errorf("ours is %s", got)
	}
	if got := owner(t, root+"/new/root"); got != "0:0 drwxr-xr-x" {
		t.Errorf("the root is %s", got)
	}
	asSomebody(t, func() error { return os.WriteFile(root+"/new/root/ours/log", nil, 0o644) })
}

// What somebody else has put there is neither followed nor handed over.
func TestMakeFolderForTouchesNothingElse(t *testing.T) {
	root, elsewhere := shared(t), shared(t)
	for _, folder := range []string{"old", "used", "theirs", "empty"} {
		if err := os.Mkdir(filepath.Join(root, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(
		os.Symlink(elsewhere, root+"/link"), os.Symlink(elsewhere+"/none", root+"/dangling"),
		os.WriteFile(root+"/used/file", nil, 0o600), os.WriteFile(root+"/file", nil, 0o600), os.Chown(root+"/theirs", 7, 7),
	); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"old", "link", "dangling", "file"} {
		if made, err := makeFolderFor(root, name, somebody); err == nil || len(made) > 0 {
			t.Errorf("%s was handed over", name)
		}
	}
	for _, through := range []string{"/link", "/dangling", "/file", "/link/deeper"} {
		if made, err := makeFolderFor(root+through, "ours", somebody); err == nil || len(made) > 0 {
			t.Errorf("made a folder through %s", through)
		}
	}
	// What takes the place of the folder between its making and its opening.
	in, err := os.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	for _, name := range []string{"link", "used", "theirs", "file"} {
		if err := handOver(in, name, somebody); !errors.Is(err, errNotOurs) {
			t.Errorf("%s was handed over: %v", name, err)
		}
	}
	err = filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if strings.HasPrefix(owner(t, path), "54321") {
			t.Errorf("%s is somebody's", path)
		}
		return err
	})
	if left, _ := os.ReadDir(elsewhere); err != nil || len(left) > 0 {
		t.Errorf("%v, made elsewhere: %v", err, left)
	}
}

// Of several starts that make one folder at the same time none fails, and none
// removes what another made.
func TestMakeOneFolderAtOnce(t *testing.T) {
	root := shared(t)
	if err := os.Mkdir(root+"/there", 0o755); err != nil {
		t.Fatal(err)
	}
	sys := Real()
	sys.RunAs = &somebody
	for round := range 20 {
		name := fmt.Sprint("web", round)
		folder := lookAtFolder(Folder(root+"/new"+name), name, sys)
		if !folder.HandedOver || folder.Err != nil {
			t.Fatalf("%+v", folder)
		}
		starts := make(chan error)
		for range 4 {
			go func(folder ContainerFolder) { starts <- folder.make(sys) }(folder)
		}
		for range 4 {
			if err := <-starts; err != nil {
				t.Errorf("round %d: %v", round, err)
			}
		}
		if got := owner(t, root+"/new"+name+"/"+name); got != "54321:54322 drwxr-xr-x" {
			t.Errorf("round %d: it is %s", round, got)
		}
	}
	// What is there by then and not for that user stays as it is.
	folder := ContainerFolder{Root: root, Name: "there", HandedOver: true}
	if err := folder.make(sys); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("root's own: %v", err)
	}
	if got := owner(t, root+"/there"); got != "0:0 drwxr-xr-x" {
		t.Errorf("root's own is %s", got)
	}
}

// A folder that somebody else made is used, and told of.
func TestStrangersFolder(t *testing.T) {
	root := shared(t)
	for name, want := range map[string]string{"mine": "", "roots": "", "theirs": "20002"} {
		if err := os.Mkdir(filepath.Join(root, name), 0o777); err != nil {
			t.Fatal(err)
		}
		uid := map[string]int{"mine": 54321, "theirs": 20002}[name]
		if err := errors.Join(os.Chmod(filepath.Join(root, name), 0o777), os.Chown(filepath.Join(root, name), uid, 0)); err != nil {
			t.Fatal(err)
		}
		sys := Real()
		sys.RunAs = &somebody
		f := container()
		f.Logs = lookAtFolder(Folder(root), name, sys)
		if f.Logs.Err != nil || f.Logs.Stranger != want {
			t.Errorf("%s: %q, %v", name, f.Logs.Stranger, f.Logs.Err)
		}
		f.Logs.Free = jvm.GiB
		warnings := plan(t, request(t), f).Warnings
		if len(warnings) > 0 != (want != "") || want != "" && !strings.HasPrefix(warnings[0], "JVM_LOG_ROOT "+root+"/theirs: it belongs to another user, 20002,") {
			t.Errorf("%s: warnings %q", name, warnings)
		}
	}
}

// Whether a folder can be had is judged for the user that java will be.
func TestLookAtFolderForAnother(t *testing.T) {
	root := shared(t)
	sys := Real()
	sys.RunAs = &somebody
	look := func(root string) string {
		folder := lookAtFolder(Folder(root), "web", sys)
		text := fmt.Sprintf("handed over %t", folder.HandedOver)
		if folder.Err != nil {
			text = cause(folder.Err).Error()
		}
		return strings.ReplaceAll(text, root, "ROOT")
	}
	for _, folder := range []string{"theirs", "closed", "old/web", "used/web", "mine"} {
		if err := os.MkdirAll(filepath.Join(root, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(
		os.Chown(root+"/mine", 54321, 54322), os.Chown(root+"/used/web", 54321, 54322), os.Chmod(root+"/closed", 0o700),
		os.Symlink(root+"/theirs", root+"/link"), os.Symlink(root+"/mine", root+"/linked"),
	); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ root, want string }{
		{"theirs", "handed over true"},
		{"new/root", "handed over true"},
		{"mine", "handed over false"},
		{"linked", "handed over false"}, // with no more than the user's own rights
		{"link", errLink.Error()},
		{"closed", "somebody (54321:54322) may not enter ROOT"},
		{"old", "somebody (54321:54322) may not use it, and root hands over nothing but what it makes now"},
		{"used", "handed over false"},
	} {
		if got := look(root + "/" + test.root); got != test.want {
			t.Errorf("%s: got %q, want %q", test.root, got, test.want)
		}
	}
}
