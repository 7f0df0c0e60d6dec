// The fleet command is for the machines that services run on, and for people who
// look at many services at once:
//
//	fleet jmx    tells where the JMX port of containers is reached
//	fleet prune  clears the folders of containers that are gone
//
// fleet --help and fleet COMMAND --help tell the flags; docs/fleet.md has more.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// version is the release, as CHANGELOG.md has it.
const version = "0.1.0"

// The exit codes.
const (
	exitDone   = 0
	exitFailed = 1 // something could not be done, or nothing was found
	exitUsage  = 2 // a wrong command line
)

// commands is the table of subcommands. Each has its flags as fields, and a
// method Run that does it.
type commands struct {
	JMX   jmxCommand   `cmd:"" name:"jmx" help:"Tell where the JMX port of containers is reached."`
	Prune pruneCommand `cmd:"" help:"Clear the log and heap dump folders of containers that are gone."`

	Version kong.VersionFlag `help:"Print the version."`
}

// streams are those of the process. Only answers go to out.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

func main() {
	os.Exit(run(os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

// run is the whole command but for the process around it. It gives the exit code.
func run(arguments []string, std streams) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()

	var all commands
	left := false // after --help or --version
	parser := kong.Must(&all,
		kong.Name("fleet"),
		kong.Description("Looks after many services at once, from the machines that they run on or from anywhere."),
		kong.Vars{"version": "fleet " + version},
		kong.Writers(std.out, std.err),
		kong.Exit(func(int) { left = true }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(std),
	)
	command, err := parser.Parse(arguments)
	if left {
		return exitDone
	}
	if err != nil {
		err = usageError{fmt.Errorf("%w (fleet --help)", err)}
	} else {
		err = command.Run()
	}
	complain(std.err, err)
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, new(usageError)):
		return exitUsage
	}
	return exitFailed
}

// usageError is a command line that can't be meant.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }
