// The entrypoint command starts a JVM service in a container: it finds out
// where it runs, decides java's options, makes the container's log folder, and
// becomes java.
//
//	entrypoint [--dry-run[=line|json|explain] [--java-version N] | --check[=json] | --train] [--] [application argument...]
//
// It is set by environment variables, and --entrypoint-help prints them all;
// README.md has the same table. An application's arguments are never read, but
// for our own flags before the first of them.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	stdlog "log"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"jvm-entrypoint/launcher"
)

// version is the release, as CHANGELOG.md has it.
const version = "0.1.0"

func main() {
	// Go's HTTP client would write there what a peer sends unasked; our own lines
	// go another way.
	stdlog.SetOutput(io.Discard)
	os.Exit(run(os.Args[1:], os.Environ(), os.Stdout, os.Stderr, launcher.Real()))
}

// run is the whole command but for the process around it. It gives the exit
// code, unless java takes our place.
func run(arguments, environ []string, stdout, stderr io.Writer, sys launcher.System) int {
	began := sys.Now()
	// As process 1 we would not even die of SIGTERM without asking for it.
	// exec gives java the default dispositions back.
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()

	command, wrong := launcher.ParseArguments(arguments)
	mode := command.Mode
	switch {
	case wrong != nil:
	case mode == launcher.Help:
		return launcher.ExitCode(printHelp(stdout))
	case mode == launcher.Version:
		return launcher.ExitCode(printTo(stdout, "entrypoint "+version+"\n"))
	}
	settings, err := launcher.ParseSettings(environ)
	log := launcher.Log{To: stderr, Form: settings.Log}
	if mode == launcher.Train {
		return train(ctx, errors.Join(wrong, err), settings, command, stdout, stderr, log, sys)
	}
	plan, err := decide(ctx, errors.Join(wrong, err), settings, command, sys)
	if mode.IsCheck() {
		return check(ctx, plan, err, mode, stdout, log, sys)
	}
	switch {
	case ctx.Err() != nil:
		err = launcher.ErrTerminated // whatever else that led to
	case err != nil:
	case mode == launcher.Start:
		err = start(ctx, plan, log, began, sys)
	default:
		if mode == launcher.Line { // the other forms carry them
			warn(plan, log)
			if line := plan.BesideLine(); line != "" {
				log.Warn(line)
			}
		}
		err = printPlan(plan, mode, stdout)
	}
	if err != nil {
		log.Refuse(err)
	}
	if err != nil && mode == launcher.Start { // any other may be run beside the service
		// Kubernetes shows this file's text as the reason; elsewhere there is none.
		_ = sys.WriteExisting("/dev/termination-log", strings.Join(launcher.Lines(err), "\n")+"\n")
	}
	return launcher.ExitCode(err)
}

// decide finds out what is asked for and where we are, and plans. Everything
// that is wrong is found at once, and before anybody is asked over the network.
func decide(ctx context.Context, wrong error, settings launcher.Settings, command launcher.Command, sys launcher.System) (launcher.Plan, error) {
	runAs, runAsErr := launcher.FindRunAs(settings, sys)
	wrong = errors.Join(wrong, runAsErr)
	sys.RunAs = runAs
	var request launcher.Request
	err := sys.AsJava(func() (err error) {
		request, err = understand(ctx, wrong, settings, command, sys)
		return err
	})
	if err != nil {
		return launcher.Plan{}, launcher.ForWhom(err, runAs)
	}
	if request.Check {
		settings = settings.ForCheck()
	}
	return launcher.NewPlan(request, launcher.Look(ctx, settings, sys))
}

// understand finds out what is asked for, with the eyes of the user that java
// will be.
func understand(ctx context.Context, wrong error, settings launcher.Settings, command launcher.Command, sys launcher.System) (launcher.Request, error) {
	program, programErr := launcher.FindProgram(settings, command.JavaVersion, sys)
	asked, askedErr := launcher.ReadOptions(settings, program.Version, sys)
	protection, protectionErr := launcher.ReadProtection(settings, sys)
	if err := errors.Join(wrong, protectionErr, askedErr, programErr); err != nil {
		return launcher.Request{}, err
	}
	if program.Version.Feature == 0 {
		if err := program.AskVersion(ctx, sys); err != nil {
			return launcher.Request{}, err
		}
		// How an option is written depends on the version.
		if asked, askedErr = launcher.ReadOptions(settings, program.Version, sys); askedErr != nil {
			return launcher.Request{}, askedErr
		}
	}
	program.FindArchive(ctx, settings, sys)
	program.CountClasses(ctx, settings, sys)
	return launcher.Request{
		Settings: settings, Program: program, Asked: asked, Protection: protection,
		RunAs: sys.RunAs, Arguments: command.Arguments, Check: command.Mode.IsCheck(),
	}, nil
}

// check prints what a start would stumble over, where refused is why there is
// no plan. It writes nowhere else: it may run beside the service.
func check(ctx context.Context, plan launcher.Plan, refused error, form launcher.Mode, stdout io.Writer, log launcher.Log, sys launcher.System) int {
	found := launcher.FindAll(ctx, plan, refused, sys)
	if ctx.Err() != nil {
		log.Refuse(launcher.ErrTerminated)
		return launcher.ExitTerminated
	}
	return launcher.PrintFindings(stdout, found, form)
}

// train makes, in an image's build, what a start is faster with.
func train(ctx context.Context, wrong error, settings launcher.Settings, command launcher.Command, stdout, stderr io.Writer, log launcher.Log, sys launcher.System) int {
	trainer := launcher.Trainer{
		Sys: sys, Log: log, Stdout: stdout, Stderr: stderr,
		Decide: func(wrong error, s launcher.Settings) (launcher.Plan, error) {
			return decide(ctx, wrong, s, command, sys)
		},
	}
	err := trainer.Train(ctx, wrong, settings)
	if err != nil {
		log.Refuse(err)
	}
	return launcher.ExitCode(err)
}

// start carries a plan out. It returns only where that failed.
func start(ctx context.Context, plan launcher.Plan, log launcher.Log, began time.Time, sys launcher.System) error {
	plan, err := plan.MakeFolders(sys)
	if err != nil {
		return err
	}
	warn(plan, log)
	if line := plan.Skipped(); line != "" {
		log.Info(line)
	}
	log.Info(plan.Summary(version, sys.Now().Sub(began)))
	return plan.Exec(ctx, sys)
}

func warn(plan launcher.Plan, log launcher.Log) {
	for _, warning := range plan.Warnings {
		log.Warn(warning)
	}
}

func printPlan(plan launcher.Plan, form launcher.Mode, to io.Writer) error {
	switch form {
	case launcher.JSON:
		text, err := plan.JSON()
		if err != nil {
			return err
		}
		return printTo(to, string(text))
	case launcher.Explain:
		return printTo(to, plan.Explain())
	}
	return printTo(to, plan.Line())
}

func printHelp(to io.Writer) error {
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprint(table, `entrypoint [--dry-run[=line|json|explain] [--java-version N] | --check[=json] | --train] [--] [application argument...]

--dry-run             print the command that a start would run, and start nothing
--dry-run=json        the same as an object, with where each option comes from
--dry-run=explain     the same for people
--java-version N      behind --dry-run: as a start by Java N would be, installed or not
--check               try what a start needs, print what is wrong, start nothing: exit code 0, or 78 where a start would fail
--check=json          the same, an object a line
--train               in an image's build: start the service, watch it and leave what makes its starts faster
--entrypoint-help     this page
--entrypoint-version  the version
--                    ends these flags; the rest is the application's

`)
	for _, s := range launcher.AllSettings() {
		fmt.Fprintf(table, "%s\t%s\t%s\n", s.Name, s.Default, s.Help)
	}
	return table.Flush()
}

func printTo(to io.Writer, text string) error {
	_, err := io.WriteString(to, text)
	return err
}
