package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os/exec"
	"time"

	"jvm-entrypoint/bench/median"
)

// A start is one way of running Hello. Its figures are milliseconds.
type start struct {
	name            string
	options         []string
	wall, cpu, ends []float64
}

// starts prints wall and processor time of a service that ends at once, and
// what passes between its main's return and the process's end.
func (b *bench) starts(j jvm) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	all := []*start{
		{name: "no agent"},
		{name: "an agent that does nothing", options: []string{b.nothing()}},
		{name: "ours, port=0", options: []string{b.ours(0)}},
		{name: "ours, a port given", options: []string{b.ours(port)}},
		{name: "java's own RMI connector", options: []string{
			"-Dcom.sun.management.jmxremote.port=0",
			"-Dcom.sun.management.jmxremote.authenticate=false", "-Dcom.sun.management.jmxremote.ssl=false", "-Dcom.sun.management.jmxremote.host=127.0.0.1",
		}},
	}
	cached, err := b.cached(j, port)
	if err != nil {
		return err
	}
	all = append(all, cached...)
	for range b.runs {
		for _, s := range all {
			if err := b.run(j, s); err != nil {
				return err
			}
		}
	}
	bare, nothing := all[0], all[1]
	fmt.Printf("%-36s %28s   %28s   %23s\n", "start to end, medians of "+fmt.Sprint(b.runs), "wall ms, x none, over nothing", "CPU ms, x none, over nothing", "main to end ms, over none")
	for _, s := range all {
		fmt.Printf("%-36s %12.1f %6.2fx %+8.1f   %12.1f %6.2fx %+8.1f   %15.1f %+7.1f\n", s.name,
			median.Of(s.wall), median.Of(s.wall)/median.Of(bare.wall), difference(s.wall, nothing.wall),
			median.Of(s.cpu), median.Of(s.cpu)/median.Of(bare.cpu), difference(s.cpu, nothing.cpu),
			median.Of(s.ends), difference(s.ends, bare.ends))
	}
	return nil
}

// cached trains a cache of classes without an agent, and with each of ours and
// the one that does nothing: from 25 on a JVM takes a cache only with the agents it
// was trained with.
func (b *bench) cached(j jvm, port int) ([]*start, error) {
	if j.feature < 13 {
		return nil, nil // no archive of a service's own classes in one step
	}
	var all []*start
	for i, s := range []*start{
		{name: "no agent, cache"},
		{name: "one that does nothing, cache", options: []string{b.nothing()}},
		{name: "ours, a port given, cache", options: []string{b.ours(port)}},
	} {
		file := b.path(fmt.Sprintf("cache-%d-%d", j.feature, i))
		train, use := "-XX:ArchiveClassesAtExit=", "-XX:SharedArchiveFile="
		if j.feature >= 25 {
			train, use = "-XX:AOTCacheOutput=", "-XX:AOTCache="
		} else {
			s.options = append(s.options, "-XX:+UnlockDiagnosticVMOptions", "-XX:+AllowArchivingWithJavaAgent")
		}
		words := append([]string{train + file, "-cp", b.path("service.jar")}, s.options...)
		if output, err := exec.Command(j.java, append(words, "Hello")...).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("train %s: %w: %s", s.name, err, output)
		}
		s.options = append(s.options, use+file)
		all = append(all, s)
	}
	return all, nil
}

func (b *bench) run(j jvm, s *start) error {
	words := append([]string{"-cp", b.path("service.jar")}, s.options...)
	cmd := exec.Command(j.java, append(words, "Hello")...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	output, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	_, readErr := io.ReadFull(output, make([]byte, 1))
	returned := time.Now()
	if err := cmd.Wait(); err != nil || readErr != nil {
		return fmt.Errorf("%s: %v, %v: %s", s.name, err, readErr, stderr.Bytes())
	}
	ended := time.Now()
	s.wall = append(s.wall, milliseconds(ended.Sub(began)))
	s.cpu = append(s.cpu, milliseconds(cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()))
	s.ends = append(s.ends, milliseconds(ended.Sub(returned)))
	return nil
}

// freePort is one that nobody had a moment ago.
func freePort() (int, error) {
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer socket.Close()
	return socket.Addr().(*net.TCPAddr).Port, nil
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
